// Answers that a server does not give of its own accord: refused, failed, cut off, held back. For the tests of what is
// seen then.
import assert from "node:assert/strict"
import type { BrowserContext, Page, Route } from "playwright-core"
import { browser, logIn, type Person, people, type Server } from "./harness.ts"

/** How a request is answered: with a status, not at all, rightly, or not before it is let go. */
export type Answer = number | "aborted" | "held" | "right"

export interface Fault {
  answer: Answer
  /** Which requests it is about, as "GET /api/_/me/". */
  main: RegExp
  /** Answers what was held, as `answer` says by now. */
  letGo: () => void
}

/** Answers the requests of a page that match as its fault says at the time. It begins with none. */
export async function faulty(page: Page): Promise<Fault> {
  const held: Route[] = []
  const give = async (route: Route) => {
    const { pathname } = new URL(route.request().url())
    const { answer, main } = fault
    // A log-in that has ended cannot be renewed either.
    if (answer === 401 && pathname === "/api/auth/token/refresh/") return refuse(route, 401)
    if (answer === "right" || !main.test(`${route.request().method()} ${pathname}`)) return route.fallback()
    if (answer === "held") return void held.push(route)
    if (answer === "aborted") return route.abort()
    return refuse(route, answer)
  }
  const fault: Fault = {
    answer: "right",
    main: /^$/,
    letGo: () => {
      for (const route of held.splice(0)) void give(route).catch(() => undefined)
    },
  }
  await page.route(
    (url) => url.pathname.startsWith("/api/"),
    (route) => give(route).catch(() => undefined), // the page may be on its way elsewhere
  )
  return fault
}

/** What the made-up answer says. */
export const wordsOf = (answer: Answer) =>
  answer === "aborted" ? "The server did not answer." : `These are the words of ${answer}.`

/** The refusals that leave one logged in. */
export const refusals: readonly Answer[] = [403, 409, 412, 429, 500, "aborted"]

function refuse(route: Route, status: number): Promise<void> {
  return route.fulfill({ status, json: { detail: wordsOf(status) } })
}

/** A window that is used for one case after the other: a page whose requests can be made to fail. */
export interface Window {
  page: Page
  context: BrowserContext
  fault: Fault
  /** What went wrong in it since it was last looked at, apart from the answers that were made up. */
  wrong: string[]
}

const madeUp = /Failed to load resource|ERR_FAILED/

/** Windows of one kind, so that several cases run at once and no case opens more than it needs. */
export class Windows {
  private readonly idle: Window[] = []
  private readonly server: Server
  /** Who is logged in in them. */
  readonly person: Person | null

  constructor(server: Server, person: Person | null) {
    this.server = server
    this.person = person
  }

  /** Lends a window to a case. One whose case failed is not used again. */
  async use(run: (window: Window) => Promise<void>): Promise<void> {
    const window = this.idle.pop() ?? (await this.open())
    try {
      await run(window)
      assert.deepEqual(window.wrong.splice(0), [])
    } catch (error) {
      await window.context.close()
      throw error
    }
    Object.assign(window.fault, { answer: "right", main: /^$/ })
    window.fault.letGo()
    this.idle.push(window)
  }

  private async open(): Promise<Window> {
    const context = await (await browser()).newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      baseURL: this.server.url,
    })
    if (this.person) await logIn(context, this.person)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const wrong: string[] = []
    page.on("pageerror", (error) => wrong.push(`error: ${error.message}`))
    page.on("console", (message) => {
      if (message.type() === "error" && !madeUp.test(message.text())) wrong.push(message.text())
    })
    // What a screen shows shall come by its request: the live connection stays silent.
    await page.routeWebSocket(/\/api\/live\//, () => undefined)
    await page.clock.install()
    return { page, context, fault: await faulty(page), wrong }
  }
}

/** Logs in by the form that has come over the page. */
export async function logInOver(page: Page, person: Person = "admin"): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Your log-in has ended" })
  await dialog.getByLabel("Password").fill(people[person])
  await dialog.getByRole("button", { name: "Log in" }).click()
  await dialog.waitFor({ state: "detached" })
}
