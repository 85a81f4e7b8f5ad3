// Check 9: small windows, wide texts, from right to left, and without motion: nothing but grids scrolls sideways.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { becomes, startServer, visit } from "../harness.ts"
import { prepare, screens } from "../screens.ts"
import { inPseudo, rest, walk } from "../walk.ts"

const server = await startServer()
const at = await prepare(server)
const all = screens.map((screen) => ({ ...screen, path: at(screen.path) }))

const plain = all.filter((screen) => !screen.act) // what opens something else knows its English name

for (const size of [
  { width: 320, height: 256 },
  { width: 1440, height: 900 },
]) {
  test(`everything can be reached and nothing moves at ${size.width} by ${size.height}`, async () => {
    const options = { ...size, reducedMotion: true }
    const { findings } = await walk(server, all, options, async (page) => {
      const usual = await lost(page)
      await page.evaluate(spaced, true)
      const wide = (await lost(page)).map((one) => `with spaced text: ${one}`)
      await page.evaluate(spaced, false)
      const moving = await page.evaluate(() =>
        document.getAnimations().map((one) => `moves: ${(one as CSSAnimation).animationName}`),
      )
      return [...usual, ...wide, ...moving]
    })
    assert.deepEqual(findings, [])
  })

  test(`the same in another script's direction at ${size.width} by ${size.height}`, async () => {
    const options = { ...size, begin: inPseudo }
    const { findings } = await walk(server, plain, options, async (page) => {
      await page.evaluate(() => {
        document.documentElement.dir = "rtl"
      })
      await rest(page)
      return lost(page)
    })
    assert.deepEqual(findings, [])
  })
}

test("what is active, chosen, refused and open is seen in the reader's own colours", async () => {
  const { page, close } = await visit(server, "/data/articles", "admin", {
    forcedColors: true,
    expected: /status of 400/,
  })
  const seen = async (selector: string) => {
    const found = page.locator(selector).first()
    await found.waitFor()
    await becomes(() => found.evaluate((element) => getComputedStyle(element).outlineStyle !== "none"), true)
  }
  const cell = (field: string, row: number) =>
    page.locator(`[role=gridcell][aria-label^="${field}, "]`).nth(row)
  await cell("Status", 2).click()
  await page.keyboard.press("Shift+ArrowDown")
  await seen("[role=gridcell][data-active]")
  await seen("[role=gridcell][data-selected]:not([data-active])")
  await page.keyboard.press("Shift+Space")
  const mark = page.locator("[data-chosen] > [role=gridcell]").first()
  await becomes(() => mark.evaluate((element) => getComputedStyle(element).borderInlineStartWidth), "4px")
  await cell("Views", 8).click()
  await page.keyboard.type("12a")
  await page.keyboard.press("Enter")
  await seen("[role=gridcell][aria-invalid=true]")
  await page.keyboard.press("Control+k")
  await page.keyboard.type("ar")
  await page.getByRole("menuitem").nth(1).waitFor()
  await page.keyboard.press("ArrowDown")
  await seen("[role=menuitem][data-focused]")
  await page.goto("/admin/data/articles/1")
  const colour = (current: string) =>
    page
      .locator(`main nav a${current}`)
      .first()
      .evaluate((element) => getComputedStyle(element).borderBottomColor)
  await page.locator("main nav a[aria-current=page]").waitFor()
  assert.notEqual(await colour("[aria-current=page]"), await colour(":not([aria-current=page])"))
  await close()
})

/** The spaces that a reader may set, by WCAG 1.4.12. */
function spaced(on: boolean): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
      "p { margin-bottom: 2em !important }",
  )
  document.adoptedStyleSheets = on ? [sheet] : []
}

/** What is beside the window where nothing can be scrolled to it, or cut off. */
async function lost(page: Page): Promise<string[]> {
  return [
    ...(await page.evaluate(tooWide)),
    ...(await page.evaluate(outOfSight)),
    ...(await page.evaluate(cutOff)),
  ]
}

/** A page's own content scrolls down, and not sideways; tables, code and grids in it may. */
function tooWide(): string[] {
  const own = [document.documentElement, ...document.querySelectorAll("main, main [class*=_content_]")]
  return own
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `too wide: ${one.tagName} ${one.className}`)
}

function outOfSight(): string[] {
  const all = [...document.querySelectorAll("main :is(button, input, textarea, a, h1, h2, summary, p)")]
  const beside = all.filter((element) => {
    const { left, right, width } = element.getBoundingClientRect()
    if (width <= 2 || (left >= -1 && right <= window.innerWidth + 1)) return false
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return false
    }
    return true
  })
  return beside.map((element) => `out of sight: ${element.outerHTML.slice(0, 120)}`)
}

function cutOff(): string[] {
  const buttons = [...document.querySelectorAll<HTMLElement>("main button, [role=tab]")].filter((button) => {
    const { overflowX, overflowY } = getComputedStyle(button)
    const wide = overflowX !== "visible" && button.scrollWidth > button.clientWidth + 2
    return wide || (overflowY !== "visible" && button.scrollHeight > button.clientHeight + 2)
  })
  return buttons.map((button) => `cut off: ${button.textContent}`)
}
