// Nothing is there without doing something: every control of every screen, and of what opens over it, is pressed.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { BrowserContext, ElementHandle, Page } from "playwright-core"
import { api, browser, logIn, type Server, startServer } from "./harness.ts"
import { follow, rest } from "./rest.ts"
import { prepare, type Screen, screens } from "./screens.ts"
import { go, left, load } from "./walk.ts"

const selector = [
  "button:enabled",
  "a[href]",
  "summary",
  "input[type=checkbox]:enabled",
  ...["tab", "switch", "radio", "menuitem", "menuitemradio", "menuitemcheckbox", "option"].map(
    (role) => `[role=${role}]`,
  ),
]
  .map((one) => `${one}:not([aria-disabled=true])`)
  .join(", ")

/** What may lie over a screen. */
const overlays = "[role=dialog], [role=menu], [role=listbox]"

interface Control {
  /** Alike controls of a list, or of the frame around all screens, are tried once. */
  like: string
  name: string
  /** What is pressed before it, for it to be there. */
  after?: Control
}

/** The controls in sight that are to do something. What is chosen already, or leads to where one is, need not. */
function find({ selector, overlays, over }: { selector: string; overlays: string; over: boolean }) {
  const found: { like: string; name: string; element: Element }[] = []
  for (const element of document.querySelectorAll<HTMLElement>(selector)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert]")) continue
    if (element.tabIndex < 0 && !element.closest(overlays)) continue
    // The hidden buttons with which a popover can be left are for screen readers.
    if (element.offsetWidth <= 1 || (over && !element.closest(overlays))) continue
    const chosen = ["aria-current", "aria-pressed", "aria-selected", "aria-checked"].some((name) =>
      ["page", "true"].includes(element.getAttribute(name) ?? ""),
    )
    if (chosen || (element instanceof HTMLAnchorElement && element.href === location.href)) continue
    const name = element.getAttribute("aria-label") ?? element.textContent.trim()
    const listed = element.closest(
      "tr, li, details ~ details, [role=row], [role=gridcell], [role=option], [role=menuitemradio]",
    )
    const like = [element.tagName, element.className, listed ? "" : name.replace(/\d+/g, "#")].join(" ")
    found.push({ like, name: name || element.outerHTML.slice(0, 120), element })
  }
  return found
}

/** One of several windows that share the screens among them; each has a server, for what it presses changes things. */
class Crawler {
  readonly at: (path: string) => string
  readonly ask: Awaited<ReturnType<typeof api>>
  readonly page: Page
  readonly context: BrowserContext

  private constructor(at: Crawler["at"], ask: Crawler["ask"], page: Page) {
    this.at = at
    this.ask = ask
    this.page = page
    this.context = page.context()
  }

  static async on(server: Server): Promise<Crawler> {
    const at = await prepare(server)
    const viewport = { width: 1440, height: 900 }
    const context = await (await browser()).newContext({ baseURL: server.url, viewport, locale: "en-GB" })
    await context.addInitScript("globalThis.__name = (named) => named") // tsx names functions by it
    const page = await context.newPage()
    follow(page)
    page.on("popup", (popup) => void popup.close())
    await page.goto("/admin/login")
    return new Crawler(at, await api(server, "admin"), page)
  }

  /** Opens a screen as new: within the app, where nothing stands against it. */
  async open({ path, open, act }: Screen): Promise<void> {
    // What was pressed may lead elsewhere only once it is answered, and would be in the way of where this goes.
    await rest(this.page).catch(() => undefined)
    if (open) await this.context.clearCookies()
    else if (!(await this.context.cookies()).length) await logIn(this.context, "admin")
    const to = this.at(path)
    if (!open && (await this.english()) && (await left(this.page).catch(() => false))) await go(this.page, to)
    else await load(this.page, to)
    if (!open && new URL(this.page.url()).pathname === "/admin/login") {
      await logIn(this.context, "admin") // what was pressed has ended the log-in
      await load(this.page, to)
    }
    if (act) {
      await act(this.page)
      await rest(this.page)
    }
  }

  /** Whether the language is still that by which controls are known; if not, it is for what is loaded next. */
  async english(): Promise<boolean> {
    const language = await this.page.evaluate(() => document.documentElement.lang).catch(() => "")
    if (language === "en") return true
    const answer = await this.ask("PATCH", "/api/_/preferences/", { language: "en" })
    assert.equal(answer.status, 200)
    await this.page.evaluate(() => localStorage.setItem("couplet.language", "en")).catch(() => undefined)
    return false
  }

  listed(over = false): Promise<Control[]> {
    return this.page
      .evaluate(find, { selector, overlays, over })
      .then((all) => all.map(({ like, name }) => ({ like, name })))
  }

  /** The controls of what a press has opened over the screen. */
  async within(opener: Control): Promise<Control[]> {
    if (
      (await this.page
        .locator(overlays)
        .count()
        .catch(() => 0)) === 0
    )
      return []
    await rest(this.page).catch(() => undefined)
    const all = await this.listed(true).catch(() => [])
    return all.filter(isNew).map((control) => ({ ...control, after: opener }))
  }

  /** The element of a control, which stays the same whatever comes into the page beside it. */
  async element({ like, name, after }: Control): Promise<ElementHandle<HTMLElement> | null> {
    const found = await this.page.evaluateHandle(find, { selector, overlays, over: after !== undefined })
    const handle = await found.evaluateHandle(
      (all, [like, name]) => all.find((one) => one.like === like && one.name === name)?.element ?? null,
      [like, name] as const,
    )
    return handle.asElement() as ElementHandle<HTMLElement> | null
  }

  /** Opens the screen anew, and what the control is in. */
  async again(screen: Screen, control: Control): Promise<void> {
    await this.open(screen)
    for (const before of control.after ? [control.after] : []) {
      const opener = await this.element(before)
      if (opener) await press(opener)
      await rest(this.page)
    }
  }
}

/** By the pointer, or by the keyboard where a control is in sight only while it has the focus. */
async function press(control: ElementHandle<HTMLElement>): Promise<void> {
  const box = await control.boundingBox()
  if (box && box.x >= 0 && box.y >= 0) await control.click({ force: true, noWaitAfter: true })
  else await control.press("Enter")
}

/** Begins to look out for whatever a press may bring about but the looks of the thing that is pressed. */
async function watch(page: Page, control: ElementHandle<HTMLElement>): Promise<() => Promise<boolean>> {
  let asked = false
  const note = () => {
    asked = true
  }
  const events = ["request", "download", "popup", "filechooser"] as const
  for (const event of events) page.on(event as "request", note)
  const before = page.url()
  await control.evaluate((pressed) => {
    const state = { moved: false }
    Object.assign(window, { state })
    const looks = /^(class|style|data-(pressed|hovered|focused|focus-visible|react-aria-pressable))$/
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes" && looks.test(change.attributeName ?? "")) continue
        state.moved = true
      }
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    document.addEventListener("focusin", ({ target }) => {
      if (target instanceof Node && !pressed.contains(target)) state.moved = true
    })
    pressed.addEventListener("change", () => {
      state.moved = true
    })
  })
  return async () => {
    let happened = false
    // Twenty looks are a second, and more where the page is not let work.
    for (let looks = 0; looks < 20 && !happened; looks++) {
      if (looks > 0) await page.waitForTimeout(50)
      happened = asked || page.url() !== before
      happened ||= await page
        .evaluate(() => (window as unknown as { state?: { moved: boolean } }).state?.moved ?? true)
        .catch(() => true) // another page is on its way
    }
    for (const event of events) page.off(event as "request", note)
    return happened
  }
}

const tried = new Set<string>()
const isNew = ({ like }: Control) => !tried.has(like)

/** Presses all controls of a screen that have not been pressed elsewhere, and says which of them do nothing. */
async function crawl(crawler: Crawler, screen: Screen): Promise<string[]> {
  const dead: string[] = []
  await crawler.open(screen)
  const wanted = (await crawler.listed()).filter(isNew)
  let fresh = true
  for (const control of wanted) {
    if (!isNew(control)) continue
    tried.add(control.like)
    if (!fresh || control.after) await crawler.again(screen, control)
    const element = await crawler.element(control)
    if (!element) continue // it went with what was pressed before it
    fresh = false
    const happened = await watch(crawler.page, element)
    await press(element)
    if (!(await happened())) dead.push([control.after?.name, control.name].filter(Boolean).join(" / "))
    else if (!control.after) wanted.push(...(await crawler.within(control)))
  }
  return dead
}

test("every control does something", { concurrency: 3 }, async (t) => {
  const left = [...screens]
  const crawlers = await Promise.all([0, 1, 2].map(async () => Crawler.on(await startServer())))
  await Promise.all(
    crawlers.map(async (crawler) => {
      for (let screen = left.shift(); screen; screen = left.shift()) {
        const one = screen
        await t.test(one.name, async () => assert.deepEqual(await crawl(crawler, one), []))
      }
      await crawler.context.close()
    }),
  )
})

test("a control that does nothing is found", async () => {
  const crawler = await Crawler.on(await startServer())
  await crawler.open({ name: "about", path: "/about" })
  await crawler.page.evaluate(() => document.querySelector("h1")?.append(document.createElement("button")))
  await crawler.page.locator("h1 > button").evaluate((button) => button.append("Dead"))
  const dead = (await crawler.listed()).find(({ name }) => name === "Dead")
  const element = dead && (await crawler.element(dead))
  assert.ok(element)
  const happened = await watch(crawler.page, element)
  await press(element)
  assert.equal(await happened(), false)
  await crawler.context.close()
})
