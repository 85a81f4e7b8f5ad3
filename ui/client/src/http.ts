import { type Auth, cookie } from "./auth.ts"
import { ApiError } from "./error.ts"
import { parseJSON } from "./json.ts"
import { type Query, queryString } from "./query.ts"

export interface ClientOptions {
  /** Where the server is; "" is the page's own origin. */
  base?: string
  auth?: Auth
  /** Languages in which the server shall answer, as in Accept-Language; the browser's own where absent. */
  language?: () => string | undefined
  /** Called when a request is refused for want of a log-in that cannot be renewed. Resolve to send it once more. */
  onUnauthorized?: () => Promise<boolean>
  fetch?: typeof fetch
  /** For live updates where there is no WebSocket of its own, as in Node 20. */
  WebSocket?: new (
    address: string,
  ) => WebSocket
}

export interface RequestOptions {
  query?: Query | undefined
  /** An object is sent as JSON, or as a form where it holds a Blob; FormData, Blob and string as they are. */
  body?: unknown
  /** The version or ETag that the record must still have: otherwise the answer is 412. */
  ifMatch?: string | undefined
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
  /** What happens at a 401: "throw" at once, try to "renew" the log-in, or also "ask" for another one (the default). */
  unauthorized?: "throw" | "renew" | "ask" | undefined
  /** "text": a success is given as it was sent, unread; its JSON loses nothing. */
  as?: "text" | undefined
}

/** An answer with its headers: the changeset of a write, the version of a record. */
export interface Answer<T> {
  data: T
  status: number
  headers: Headers
}

/** Sends requests as one user and reads answers. Every failure is an ApiError. */
export class Http {
  private renewing: Promise<boolean> | undefined
  /** How often the log-in was renewed or replaced: a refusal of what was sent before says nothing of the present one. */
  private epoch = 0
  readonly options: ClientOptions

  constructor(options: ClientOptions) {
    this.options = options
  }

  get base(): string {
    return this.options.base ?? ""
  }

  get auth(): Auth {
    return this.options.auth ?? "cookies"
  }

  /** Whether requests say who sends them, as far as one can know. */
  get identified(): boolean {
    const auth = this.auth
    return auth === "cookies" || "apiKey" in auth || auth.tokens.get() !== undefined
  }

  /** Another log-in is in force. */
  changed(): void {
    this.epoch++
  }

  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.answer<T>(method, path, options)).data
  }

  /** Like request, with the answer's headers. */
  async answer<T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const wish = options.unauthorized ?? "ask"
    const epoch = this.epoch
    let response = await this.send(method, path, options)
    if (response.status === 401 && wish !== "throw" && (epoch !== this.epoch || (await this.renewed()))) {
      response = await this.send(method, path, options)
    }
    if (response.status === 401 && wish === "ask" && (await this.options.onUnauthorized?.())) {
      response = await this.send(method, path, options)
    }
    const data = await read(response, options.signal, options.as === "text" && response.ok)
    if (!response.ok) throw new ApiError(response.status, data, response.headers)
    return { data: data as T, status: response.status, headers: response.headers }
  }

  /** Sends a request and returns the answer as it comes, whatever its status. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const headers = new Headers({
      Accept: "application/json",
      ...this.credentials(method),
      ...options.headers,
    })
    const language = this.options.language?.()
    if (language) headers.set("Accept-Language", language)
    if (options.ifMatch) headers.set("If-Match", quoted(options.ifMatch))
    const body = encode(options.body, headers)
    const ask = this.options.fetch ?? fetch
    try {
      return await ask(this.base + path + queryString(options.query), {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(options.signal ? { signal: options.signal } : {}),
        credentials: this.auth === "cookies" ? "include" : "omit",
      })
    } catch (error) {
      throw cut(error, options.signal)
    }
  }

  credentials(method: string): Record<string, string> {
    const auth = this.auth
    if (auth === "cookies") {
      const token = method === "GET" || method === "HEAD" ? undefined : cookie("csrftoken")
      return token ? { "X-CSRFToken": token } : {}
    }
    if ("apiKey" in auth) return { Authorization: `Api-Key ${auth.apiKey}` }
    const access = auth.tokens.get()?.access
    return access ? { Authorization: `Bearer ${access}` } : {}
  }

  /** Renews the log-in once for all requests that wait for it. */
  renewed(): Promise<boolean> {
    this.renewing ??= this.renew().finally(() => {
      this.renewing = undefined
    })
    return this.renewing
  }

  private async renew(): Promise<boolean> {
    const done = await this.renewOnce()
    if (done) this.epoch++
    return done
  }

  private async renewOnce(): Promise<boolean> {
    const auth = this.auth
    if (auth === "cookies") {
      const response = await this.send("POST", "/api/auth/token/refresh/", { body: {} })
      return response.ok
    }
    if ("apiKey" in auth) return false
    const refresh = auth.tokens.get()?.refresh
    if (!refresh) return false
    const response = await this.send("POST", "/api/token/refresh/", { body: { refresh } })
    if (!response.ok) {
      if (response.status === 401) auth.tokens.set(undefined)
      return false
    }
    auth.tokens.set({ refresh, ...((await read(response)) as { access: string }) })
    return true
  }
}

function quoted(version: string): string {
  return version.startsWith('"') || version.startsWith("W/") ? version : `"${version}"`
}

function encode(body: unknown, headers: Headers): BodyInit | undefined {
  if (body === undefined) return undefined
  if (body instanceof FormData || body instanceof Blob || typeof body === "string") return body
  const files =
    typeof body === "object" && body !== null && Object.values(body).some((v) => v instanceof Blob)
  if (files) return form(body as Record<string, unknown>)
  headers.set("Content-Type", "application/json")
  return JSON.stringify(body)
}

/** A multipart form: lists repeat their field, null is the empty text, as DRF reads them. */
function form(body: Record<string, unknown>): FormData {
  const out = new FormData()
  for (const [name, value] of Object.entries(body)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one instanceof Blob) out.append(name, one)
      else if (typeof one === "object" && one !== null) out.append(name, JSON.stringify(one))
      else if (one !== undefined) out.append(name, one === null ? "" : String(one))
    }
  }
  return out
}

/** The failure of a request that was cut off; one that its own sender gave up stays what it is. */
function cut(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return error
  return new ApiError(0, { detail: error instanceof Error ? error.message : String(error) })
}

async function read(response: Response, signal?: AbortSignal, asText = false): Promise<unknown> {
  const text = await response.text().catch((error) => {
    throw cut(error, signal)
  })
  if (asText) return text
  if (!text) return undefined
  if (!/^application\/(.+\+)?json/.test(response.headers.get("Content-Type") ?? "")) {
    return response.ok ? text : { detail: `HTTP ${response.status}` }
  }
  try {
    return parseJSON(text)
  } catch {
    throw new ApiError(
      response.ok ? 0 : response.status,
      { detail: "The answer is no JSON." },
      response.headers,
    )
  }
}
