// Goes through many screens in few windows: the app is loaded once in each, and further screens are opened within it.
import type { Page } from "playwright-core"
import { type Person, type Server, type VisitOptions, visit } from "./harness.ts"
import { follow, rest, within } from "./rest.ts"
import type { Screen } from "./screens.ts"

export interface WalkOptions extends VisitOptions {
  /** As whom; screens that are open to all are seen by nobody in particular. */
  person?: Person | { username: string; password: string }
  /** Windows that walk at the same time. */
  windows?: number
  /** Before a window's first screen. */
  begin?: (page: Page) => Promise<unknown>
}

/** A screen that has not been looked at after so long never will. */
const patience = 60_000

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
    let acted = false
    for (let screen = queue.shift(); screen; screen = queue.shift()) {
      const { name, path, open, act } = screen
      try {
        await within(patience, async () => {
          // What was opened over the screen before, or begun in it, goes with that screen.
          if (acted) loaded = await left(page)
          if (loaded) await go(page, path)
          else await load(page, path)
          if (act) {
            await act(page)
            await rest(page)
          }
          findings.push(...(await look(page, screen)).map((finding) => `${name}: ${finding}`))
        })
        loaded = !open
      } catch (error) {
        findings.push(`${name}: ${error instanceof Error ? error.message : error}`)
        loaded = false
      }
      acted = act !== undefined
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

/** Opens a screen within the app, which is loaded. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, "", to), `/admin${path}`)
  await rest(page)
}

/** Opens a screen by loading the app anew. */
export async function load(page: Page, path: string): Promise<void> {
  const [document] = path.split("#")
  const same = path.includes("#") && page.url().split("#")[0]?.endsWith(`/admin${document}`)
  await page.goto(`/admin${path}`, { waitUntil: "commit" })
  if (same) await page.reload({ waitUntil: "commit" }) // another fragment is a way within the page
  await rest(page)
}

/** Leaves a screen for none, by which the next is as new; false where something still lies over it. */
export async function left(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { __TSR_ROUTER__: router } = window as unknown as { __TSR_ROUTER__?: { state: { status: string } } }
    if (!router) return false
    history.pushState(null, "", "/admin/nowhere")
    do await new Promise((resolve) => setTimeout(resolve, 10))
    while (router.state.status !== "idle")
    return !document.querySelector("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")
  })
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
