// Nothing is there without doing something.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Locator, Page } from "playwright-core"
import { browser, startServer, type Visit, visit } from "../harness.ts"
import { type Screen, screens } from "../screens.ts"

const server = await startServer()
await browser()

async function open(screen: Screen, options: Parameters<typeof visit>[3] = {}): Promise<Visit> {
  const visited = await visit(server, screen.path, screen.open ? null : "admin", {
    expected: /./,
    ...options,
  })
  await settled(visited.page)
  return visited
}

async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor()
  await page.waitForLoadState("networkidle")
}

// 12. Nothing inert

const controls = [
  "button:enabled",
  "a[href]",
  "summary",
  "input[type=checkbox]:enabled",
  ...["tab", "switch", "radio", "menuitem", "menuitemradio"].map((role) => `[role=${role}]`),
]
  .map((selector) => `${selector}:not([aria-disabled=true]):not([tabindex="-1"])`)
  .join(", ")

interface Control {
  /** Which of the page's controls it is. */
  at: number
  /** Alike controls of a list, or of the frame around all screens, are tried once. */
  like: string
  name: string
}

/** The controls in sight that are to do something. What is chosen already, or leads to where one is, need not. */
function listed(page: Page): Promise<Control[]> {
  return page.evaluate((selector) => {
    const found: Control[] = []
    const all = [...document.querySelectorAll<HTMLElement>(selector)]
    for (const [at, element] of all.entries()) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert]")) continue
      const chosen = ["aria-current", "aria-pressed", "aria-selected", "aria-checked"].some((name) =>
        ["page", "true"].includes(element.getAttribute(name) ?? ""),
      )
      if (chosen || (element instanceof HTMLAnchorElement && element.href === location.href)) continue
      const name = element.getAttribute("aria-label") ?? element.textContent.trim()
      const listed = element.closest("tr, li, [role=row], [role=gridcell]")
      const like = [element.tagName, element.className, listed ? "" : name.replace(/\d+/g, "#")].join(" ")
      found.push({ at, like, name: name || element.outerHTML.slice(0, 120) })
    }
    return found
  }, controls)
}

/** Begins to look out for whatever a press may bring about but the looks of the thing that is pressed. */
async function watch(page: Page, control: Locator): Promise<() => Promise<boolean>> {
  let asked = false
  const note = () => {
    asked = true
  }
  page.on("request", note)
  page.on("download", note)
  page.on("popup", note)
  page.on("filechooser", note)
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
    for (let tries = 0; tries < 20; tries++) {
      if (asked || page.url() !== before) return true
      const moved = await page
        .evaluate(() => (window as unknown as { state?: { moved: boolean } }).state?.moved ?? true)
        .catch(() => true) // another page is on its way
      if (moved) return true
      await page.waitForTimeout(50)
    }
    return false
  }
}

const tried = new Set<string>()

test("every control does something", async (t) => {
  for (const screen of screens) {
    await t.test(screen.name, async () => {
      const { page, context } = await open(screen)
      const dead: string[] = []
      const wanted = (await listed(page)).filter(({ like }) => !tried.has(like))
      for (const { like, name } of wanted) {
        if (tried.has(like)) continue
        tried.add(like)
        if (await changed(page, screen)) await again(page, screen)
        const there = (await listed(page)).find((control) => control.like === like && control.name === name)
        if (!there) continue // it went with what was pressed before it
        const control = page.locator(controls).nth(there.at)
        const happened = await watch(page, control)
        await press(control)
        if (!(await happened())) dead.push(name)
        await page.evaluate(() => Object.assign(window, { touched: true })).catch(() => undefined)
      }
      await context.close()
      assert.deepEqual(dead, [])
    })
  }
})

/** By the pointer, or by the keyboard where a control is in sight only while it has the focus. */
async function press(control: Locator): Promise<void> {
  const box = await control.boundingBox()
  if (box && box.x >= 0 && box.y >= 0) await control.click({ timeout: 5000, force: true })
  else await control.press("Enter")
}

/** Whether a page is not as it was opened any more: another address, something over it, or something pressed. */
async function changed(page: Page, screen: Screen): Promise<boolean> {
  if (new URL(page.url()).pathname + new URL(page.url()).search !== `/admin${screen.path}`) return true
  return page.evaluate(() => "touched" in window).catch(() => true)
}

async function again(page: Page, screen: Screen): Promise<void> {
  await page.goto("about:blank")
  await page.goto(`/admin${screen.path}`)
  await settled(page)
}
