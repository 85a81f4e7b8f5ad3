// What every browser test stands on: the real executable on a free port with a data folder of its own, and Debian's
// chromium. A page that logs an error, breaks its content policy or asks another host fails its test.
import assert from "node:assert/strict"
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { after } from "node:test"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core"

const executable = process.env.COUPLET ?? fileURLToPath(new URL("../../couplet", import.meta.url))
const browsers = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
]

/** The sample's people and their passwords. */
export const people = { admin: "admin-Pass-123", user: "user-Pass-123" } as const
export type Person = keyof typeof people

/** A running server. */
export interface Server {
  url: string
  /** What it has logged. */
  log: () => string
  data: string
  /** Ends it as Ctrl+C does, and starts it again on the same port with the same data. */
  restart: (while_?: () => Promise<void>) => Promise<void>
  stop: () => Promise<void>
  /** The process, for signals. */
  process: () => ChildProcess
}

export interface ServerOptions {
  /** Serve the sample (the default), or the project in a folder. */
  project?: string
  data?: string
  args?: string[]
}

/** Starts a server; it ends after the file's tests. */
export async function startServer({ project, data, args = [] }: ServerOptions = {}): Promise<Server> {
  assert.ok(existsSync(executable), `There is no ${executable}. Run make build first.`)
  const folder = data ?? mkdtempSync(join(tmpdir(), "couplet-e2e-"))
  let process_: ChildProcess
  let log = ""
  let port = "0"
  const start = async () => {
    const what = project ? ["--project", project] : ["--sample", "--test-reset"]
    const flags = ["serve", ...what, "--addr", `localhost:${port}`, "--data", folder, "--open=false", ...args]
    process_ = spawn(executable, flags, { stdio: ["ignore", "ignore", "pipe"] })
    const url = await new Promise<string>((resolve, reject) => {
      process_.once("exit", (code) => reject(new Error(`couplet ended with ${code}:\n${log}`)))
      if (!process_.stderr) return reject(new Error("no standard error"))
      createInterface({ input: process_.stderr }).on("line", (line) => {
        log += `${line}\n`
        const found = /serves (http:\/\/\S+?)\/? /.exec(line)
        if (found?.[1]) resolve(found[1])
      })
    })
    port = new URL(url).port
    return url
  }
  const end = async () => {
    if (process_.exitCode !== null) return
    const ended = new Promise((resolve) => process_.once("exit", resolve))
    process_.kill("SIGTERM")
    await ended
  }
  const url = await start()
  after(async () => {
    await end()
    if (!data) rmSync(folder, { recursive: true, force: true })
  })
  return {
    url,
    data: folder,
    log: () => log,
    process: () => process_,
    stop: end,
    restart: async (while_) => {
      await end()
      await while_?.()
      await start()
    },
  }
}

/** The address of the one-time link for the first account, as it stands in the log: "/setup#t=…". */
export async function setupLink(server: Server): Promise<string> {
  for (let tries = 0; tries < 50; tries++) {
    const link = /\/admin(\/setup#t=\w+)/.exec(server.log())?.[1]
    if (link) return link
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no link for the first account in: ${server.log()}`)
}

let shared: Promise<Browser> | undefined
after(async () => (await shared?.catch(() => undefined))?.close())

/** The browser of this file's tests. */
export function browser(): Promise<Browser> {
  shared ??= launch()
  return shared
}

// A page that a test makes up comes from no address, and might else not speak with a server on this machine.
const args = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]

async function launch(): Promise<Browser> {
  const path = browsers.find((candidate) => candidate && existsSync(candidate))
  assert.ok(path, "There is no chromium. Install it (apt-get install chromium) or name one in CHROMIUM.")
  return chromium.launch({ executablePath: path, args })
}

export interface VisitOptions {
  width?: number
  height?: number
  theme?: "light" | "dark"
  locale?: string
  /** Errors that this visit brings about on purpose. */
  expected?: RegExp
  reducedMotion?: boolean
  forcedColors?: boolean
}

/** A visitor: a browser context with its page, and what went wrong in it. */
export interface Visit {
  context: BrowserContext
  page: Page
  /** What was asked of the server: "GET /api/_/me/". */
  requests: string[]
  /** Fails if the page logged an error, broke its policy or asked another host. */
  check: () => void
  close: () => Promise<void>
}

/** Opens a page, logged in as one of the sample's people unless `person` is null. */
export async function visit(
  server: Server,
  path: string,
  person: Person | { username: string; password: string } | null,
  options: VisitOptions = {},
): Promise<Visit> {
  const context = await (await browser()).newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? "light",
    locale: options.locale ?? "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: options.reducedMotion ? "reduce" : "no-preference",
    forcedColors: options.forcedColors ? "active" : "none",
    baseURL: server.url,
  })
  if (person) await logIn(context, person)
  const page = await context.newPage()
  const { wrong, requests } = watch(page, server, options.expected)
  await page.goto(`/admin${path}`)
  return {
    context,
    page,
    requests,
    check: () => assert.deepEqual(wrong, []),
    close: async () => {
      await context.close()
      assert.deepEqual(wrong, [])
    },
  }
}

/** Logs a context in through the API; its pages have the cookies. */
export async function logIn(
  context: BrowserContext,
  person: Person | { username: string; password: string },
): Promise<void> {
  const data = typeof person === "string" ? { username: person, password: people[person] } : person
  const answer = await context.request.post("/api/auth/login/", { data })
  assert.equal(answer.status(), 200, await answer.text())
}

/** Nobody is logged in yet: the first question who it is, and whether a log-in can be renewed, is refused. */
const beforeLogin = /\b401\b.*|\/api\/_\/(me|preferences)\/|\/api\/auth\/token\/refresh\//

function watch(page: Page, server: Server, expected: RegExp | undefined) {
  const wrong: string[] = []
  const requests: string[] = []
  const note = (text: string) => {
    if (!expected?.test(text)) wrong.push(text)
  }
  page.on("pageerror", (error) => note(`error: ${error.message}`))
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`
    if (message.type() === "error" && !beforeLogin.test(text)) note(`console: ${text}`)
  })
  page.on("request", (request) => {
    const url = new URL(request.url())
    if (url.protocol === "data:" || url.protocol === "blob:") return
    if (url.origin !== server.url) note(`foreign host: ${request.url()}`)
    requests.push(`${request.method()} ${url.pathname}`)
  })
  void page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  return { wrong, requests }
}

/** Asks the API as somebody, for what a test has to prepare or to look up. */
export async function api(
  server: Server,
  person: Person | { username: string; password: string },
): Promise<
  (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: unknown; headers: Headers }>
> {
  const data = typeof person === "string" ? { username: person, password: people[person] } : person
  const answer = await fetch(`${server.url}/api/token/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data),
  })
  assert.equal(answer.status, 200)
  const { access } = (await answer.json()) as { access: string }
  return async (method, path, body, headers) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { Authorization: `Bearer ${access}`, "Content-Type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers }
  }
}

/** Waits until what is read is what is expected, and fails with what it was at last. */
export async function becomes<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + 10_000
  let last = await read()
  while (!isDeepStrictEqual(last, expected) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    last = await read()
  }
  assert.deepStrictEqual(last, expected)
}
