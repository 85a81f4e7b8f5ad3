// When a screen has come to rest: what a test looks at is all there, and nothing is on its way.
import type { Page, Request } from "playwright-core"

/** A screen that has not come to rest after so long never will. */
const patience = 30_000

/** How long a page stands still when it rests, in milliseconds. */
const still = 80
/** And after it has got code: what waited for that, React may hold back for 300 ms. */
const stillWithCode = 350

/** What a window has begun to ask for and has not been answered, how many answers there were, and when one was code. */
const asked = new WeakMap<Page, { open: Set<Request>; ended: number; code: number }>()

/** Watches a window, so that `rest` knows of it. */
export function follow(page: Page): void {
  const state = { open: new Set<Request>(), ended: 0, code: 0 }
  asked.set(page, state)
  // What the browser fetches for the looks of a page, it may answer by itself, and tells no end of it.
  const counted = ["document", "script", "stylesheet", "fetch", "xhr"]
  let coming: Request | undefined
  page.on("request", (request) => {
    if (counted.includes(request.resourceType())) state.open.add(request)
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) coming = request
  })
  page.on("framenavigated", (frame) => {
    if (!coming || frame !== page.mainFrame()) return
    // Another page is there. Of what the one before has asked for to the last, no end may be told.
    for (const request of state.open) if (request !== coming) state.open.delete(request)
    coming = undefined
  })
  const end = (request: Request) => {
    if (state.open.delete(request)) state.ended++
    if (request.resourceType() === "script") state.code = Date.now()
  }
  page.on("requestfinished", end)
  page.on("requestfailed", (request) => {
    if (request === coming) coming = undefined // a download, perhaps
    end(request)
  })
}

/** Waits until a screen has its heading, loads nothing, and for a while neither changes nor asks for anything. */
export async function rest(page: Page): Promise<void> {
  const end = Date.now() + patience
  for (let why: string | undefined = "it is not looked at"; why; why = await unrest(page)) {
    if (Date.now() > end) throw new Error(`does not come to rest: ${why}`)
  }
}

/** Why a page does not rest. */
async function unrest(page: Page): Promise<string | undefined> {
  const state = asked.get(page)
  const before = state?.ended
  const long = Math.max(still, (state?.code ?? 0) + stillWithCode - Date.now())
  const why = await page.evaluate(changing, long).catch(onTheWay)
  const [open] = state?.open ?? []
  if (open) return `${open.method()} ${open.url()}`
  return why ?? (state?.ended === before ? undefined : "it was answered just now")
}

/** A page that goes while it is asked is followed by another. */
function onTheWay(error: Error): string {
  if (/closed/.test(error.message)) throw error
  return error.message
}

/** Looks at a page for as long as it has to stand still, and says why it does not rest. */
async function changing(long: number): Promise<string | undefined> {
  const begun = performance.now()
  const seen = window as unknown as {
    changed?: number
    __TSR_ROUTER__?: { state: { status: string } }
  }
  if (seen.changed === undefined) {
    seen.changed = begun
    new MutationObserver(() => {
      seen.changed = performance.now()
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  }
  let since = 0
  while (since < long && performance.now() - begun < 500) {
    await new Promise((resolve) => setTimeout(resolve, long - since))
    since = performance.now() - Math.max(seen.changed, begun)
  }
  if (since < long) return "it changes"
  if (seen.__TSR_ROUTER__?.state.status !== "idle") return "on the way"
  if (!document.querySelector("h1")) return "no heading"
  if (document.querySelector("[role=status][class*=_loading_]")) return "it loads"
  return undefined
}

/** Fails what has not been done in time. */
export async function within(milliseconds: number, work: () => Promise<void>): Promise<void> {
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
