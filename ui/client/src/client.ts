import { ApiError } from "./error.ts"
import type { Answer, ClientOptions, RequestOptions } from "./http.ts"
import { Http } from "./http.ts"
import { Live } from "./live.ts"
import { Presence, type Present } from "./presence.ts"
import { Resource, type ResourceTypes } from "./resource.ts"

/** What `couplet gen ts` writes for a project. */
export interface ProjectTypes {
  resources: { [name: string]: ResourceTypes }
  records: { [name: string]: ResourceTypes }
}

/** Where nothing was generated, every name is allowed and records are plain objects. */
// biome-ignore lint/suspicious/noExplicitAny: a project without types promises nothing about its records
type Anything = any
type AnyResource = {
  key: string | number
  read: Anything
  create: Anything
  patch: Anything
  query: Anything
  pagination: "unknown"
}
export interface AnyProject {
  resources: { [name: string]: AnyResource }
  records: { [name: string]: Omit<AnyResource, "pagination"> }
}

type Types<T> = T extends ResourceTypes ? T : never

export interface User {
  pk: number | string
  username: string
  email: string
  first_name: string
  last_name: string
}

/**
 * A Couplet server, as one user sees it. With `createClient<Project>()` names and records have their types.
 * Every failure is an ApiError.
 */
export class Client<P extends { resources: object; records: object } = AnyProject> {
  readonly http: Http
  readonly live: Live

  constructor(options: ClientOptions = {}) {
    this.http = new Http(options)
    this.live = new Live(this.http)
  }

  /** A resource of the project: /api/{name}/. */
  resource<N extends keyof P["resources"] & string>(name: N): Resource<Types<P["resources"][N]>> {
    return new Resource(this.http, this.live, `/api/${name}/`)
  }

  /** All fields of a collection's records, with their versions: /api/_/records/{name}/. */
  records<N extends keyof P["records"] & string>(name: N): Resource<Types<P["records"][N]>> {
    return new Resource(this.http, this.live, `/api/_/records/${encodeURIComponent(name)}/`)
  }

  get<T>(path: string, options?: RequestOptions): Promise<T> {
    return this.http.request("GET", path, options)
  }

  post<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
    return this.http.request("POST", path, { ...options, body })
  }

  patch<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
    return this.http.request("PATCH", path, { ...options, body })
  }

  put<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
    return this.http.request("PUT", path, { ...options, body })
  }

  delete<T>(path: string, options?: RequestOptions): Promise<T> {
    return this.http.request("DELETE", path, options)
  }

  /** An answer with its headers. */
  answer<T>(method: string, path: string, options?: RequestOptions): Promise<Answer<T>> {
    return this.http.answer(method, path, options)
  }

  /** Logs in by username (or address, where the project allows it) and password; with cookies or into the store of tokens. */
  async login(username: string, password: string): Promise<void> {
    const auth = this.http.auth
    if (auth === "cookies") {
      await this.http.request("POST", "/api/auth/login/", {
        body: { username, password },
        unauthorized: "throw",
      })
    } else if ("tokens" in auth) {
      auth.tokens.set(
        await this.http.request("POST", "/api/token/", {
          body: { username, password },
          unauthorized: "throw",
        }),
      )
    }
    this.anew()
  }

  /** Ends the log-in, here and at the server. */
  async logout(): Promise<void> {
    const auth = this.http.auth
    if (auth === "cookies")
      await this.http.request("POST", "/api/auth/logout/", { body: {}, unauthorized: "throw" })
    else if ("tokens" in auth) {
      const refresh = auth.tokens.get()?.refresh
      auth.tokens.set(undefined)
      if (refresh) await this.forget(refresh)
    }
    this.anew()
  }

  /** A token that is no good any more needs no end. */
  private async forget(refresh: string): Promise<void> {
    try {
      await this.http.request("POST", "/api/token/blacklist/", { body: { refresh }, unauthorized: "throw" })
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 401)) throw error
    }
  }

  private anew(): void {
    this.http.changed()
    this.live.reconnect()
  }

  /** Who is at which record of a collection, and a way to say where one is oneself. */
  presence(collection: string, onChange: (people: Map<string | number, Present[]>) => void): Presence {
    return new Presence(this.live, collection, onChange)
  }

  /** The account that is logged in. */
  user(options?: RequestOptions): Promise<User> {
    return this.get("/api/auth/user/", options)
  }
}

export function createClient<P extends { resources: object; records: object } = AnyProject>(
  options?: ClientOptions,
): Client<P> {
  return new Client<P>(options)
}
