// Goes through many screens in few windows: the app is loaded once in each, and further screens are opened within it.
import type { Page, Request } from "playwright-core"
import { type Person, type Server, type VisitOptions, visit } from "./harness.ts"
import type { Screen } from "./screens.ts"

export interface WalkOptions extends VisitOptions {
  /** As whom; screens that are open to all are seen by nobody in particular. */
  person?: Person | { username: string; password: string }
  /** Windows that walk at the same time. */
  windows?: number
  /** Before a window's first screen. */
  begin?: (page: Page) => Promise<void>
  /** Every screen is loaded anew. */
  anew?: boolean
}

/** A screen that has not come to rest after so long never will. */
const patience = 60_000

/** What a window has begun to ask for, and has not been answered. */
const asked = new WeakMap<Page, Set<Request>>()

/** Looks at each screen once it rests; what is found comes back with the screen's name before it. */
export async function walk(
  server: Server,
  screens: readonly Screen[],
  options: WalkOptions,
  look: (page: Page, screen: Screen) => Promise<string[]>,
): Promise<{ findings: string[]; requests: string[] }> {
  const findings: string[] = []
  const requests: string[] = []
  const own = async (person: WalkOptions["person"] | null, queue: Screen[]) => {
    if (queue.length === 0) return
    const visited = await visit(server, "/about", person ?? null, { expected: /status of \d/, ...options })
    const { page } = visited
    follow(page)
    await options.begin?.(page)
    let loaded = false
    for (let screen = queue.shift(); screen; screen = queue.shift()) {
      const { name, act } = screen
      try {
        await within(patience, async () => {
          await go(page, screen.path, loaded && !options.anew)
          await act?.(page)
          await rest(page)
          findings.push(...(await look(page, screen)).map((finding) => `${name}: ${finding}`))
        })
      } catch (error) {
        findings.push(`${name}: ${error instanceof Error ? error.message : error}`)
      }
      loaded = !act && !screen.open
    }
    requests.push(...visited.requests)
    await visited.close()
  }
  const size = (options.width ?? 1440) > 720 ? "wide" : "narrow"
  const there = screens.filter(({ only = size }) => only === size)
  const closed = there.filter((screen) => !screen.open)
  const windows = Array.from({ length: options.windows ?? 2 }, () => own(options.person ?? "admin", closed))
  await Promise.all([
    own(
      null,
      there.filter((screen) => screen.open),
    ),
    ...windows,
  ])
  return { findings, requests }
}

/** Opens a screen: within the app, where it is loaded. */
export async function go(page: Page, path: string, within = false): Promise<void> {
  if (within) await page.evaluate((to) => history.pushState(null, "", to), `/admin${path}`)
  else {
    // Else another fragment would be a way within the page.
    await page.goto("about:blank")
    asked.get(page)?.clear()
    await page.goto(`/admin${path}`, { waitUntil: "domcontentloaded" })
  }
  await rest(page)
}

/** Has a window show the language that stretches and marks every text. */
export async function inPseudo(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem("couplet.language", "pseudo"))
  await page.route("**/api/_/me/", async (route) => {
    const response = await route.fetch()
    const me = await response.json()
    if (me.preferences) me.preferences.language = "pseudo"
    await route.fulfill({ response, json: me })
  })
}

/** Watches a window, so that `rest` knows of it. */
export function follow(page: Page): void {
  const open = new Set<Request>()
  asked.set(page, open)
  // What the browser fetches for the looks of a page, it may answer by itself, and tells no end of it.
  const counted = ["document", "script", "stylesheet", "fetch", "xhr"]
  page.on("request", (request) => counted.includes(request.resourceType()) && open.add(request))
  page.on("requestfinished", (request) => open.delete(request))
  page.on("requestfailed", (request) => open.delete(request))
}

/** Waits until a screen has its heading, loads nothing, and for a while neither changes nor asks for anything. */
export async function rest(page: Page): Promise<void> {
  const end = Date.now() + patience / 2
  let why: string | undefined
  for (let quiet = 0; quiet < 3; quiet = why ? 0 : quiet + 1) {
    if (Date.now() > end) throw new Error(`does not come to rest: ${why}`)
    await page.waitForTimeout(25)
    const [open] = asked.get(page) ?? []
    why = open ? `${open.method()} ${open.url()}` : await page.evaluate(unrest)
  }
}

/** Why a page does not rest. */
function unrest(): string | undefined {
  const seen = window as unknown as {
    changed?: number
    __TSR_ROUTER__?: { state: { status: string; location: { href: string } } }
  }
  if (seen.changed === undefined) {
    seen.changed = performance.now()
    new MutationObserver(() => {
      seen.changed = performance.now()
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  }
  const router = seen.__TSR_ROUTER__?.state
  if (router?.status !== "idle") return "on the way"
  if (!document.querySelector("h1")) return "no heading"
  if (document.querySelector("[role=status][class*=_loading_]")) return "it loads"
  return performance.now() - seen.changed < 80 ? "it changes" : undefined
}

async function within(milliseconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done within ${milliseconds / 1000} s`)), milliseconds)
  })
  try {
    await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
