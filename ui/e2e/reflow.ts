// What small windows and wide texts may not do to a page: only grids, tables and code scroll sideways.
import type { Page } from "playwright-core"

/** The spaces that a reader may set, by WCAG 1.4.12. */
export function spaced(on: boolean): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
      "p { margin-bottom: 2em !important }",
  )
  document.adoptedStyleSheets = on ? [sheet] : []
}

/** What is beside the window where nothing can be scrolled to it, or cut off. */
export async function lost(page: Page): Promise<string[]> {
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
