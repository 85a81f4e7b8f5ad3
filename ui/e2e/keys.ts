// What keyboard tests stand on: a page without a mouse, whose focus is in sight, marked and not covered wherever it stops.
import assert from "node:assert/strict"
import type { Page } from "playwright-core"

/** A page that is worked by its keys alone: a mouse fails the test, and so does a focus that one cannot see. */
export class Keys {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
    const refuse = () => {
      throw new Error("a mouse was used")
    }
    for (const name of ["click", "dblclick", "down", "up", "move", "wheel"] as const)
      page.mouse[name] = refuse
    for (const name of ["click", "dblclick", "hover", "tap", "check", "fill", "focus"] as const) {
      page[name] = refuse
      Object.getPrototypeOf(page.locator("body"))[name] = refuse
    }
  }

  async press(...keys: string[]) {
    for (const key of keys) {
      await this.page.keyboard.press(key)
      await this.stop(key)
    }
  }

  async type(text: string) {
    await this.page.keyboard.type(text)
    await this.stop(`"${text}"`)
  }

  /** Goes on with Tab, or another key, to what has a name. */
  async to(name: string | RegExp, key = "Tab") {
    for (let stops = 0; stops < 60; stops++) {
      const here = await this.page.evaluate(nameOfFocus)
      if (typeof name === "string" ? here === name : name.test(here)) return
      await this.press(key)
    }
    assert.fail(`${key} does not lead to ${name}`)
  }

  /** Fails unless what has the focus is in sight, marked, and not covered. Screens that are on their way are waited for. */
  async stop(after: string) {
    let wrong: string | undefined
    for (let tries = 0; tries < 40; tries++) {
      wrong = await this.page.evaluate(faultOfFocus)
      if (!wrong) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.fail(`after ${after}: ${wrong}`)
  }
}

function nameOfFocus(): string {
  const element = document.activeElement
  const label = element?.getAttribute("aria-labelledby")?.split(" ")[0]
  const typed = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
  const named =
    typed && element.labels?.[0] ? element.labels[0] : label ? document.getElementById(label) : element
  return (element?.getAttribute("aria-label") ?? named?.textContent ?? "").trim()
}

/** What is wrong with where the focus is. */
function faultOfFocus(): string | undefined {
  const element = document.activeElement
  if (!element || element === document.body) return "nothing has the focus"
  const what = `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 40)}`
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return `${what}: hidden`
  const { left, right, top, bottom } = element.getBoundingClientRect()
  const x = (Math.max(0, left) + Math.min(innerWidth, right)) / 2
  const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2
  const at = document.elementFromPoint(x, y)
  // A tick is drawn by its label, over the control that has the focus.
  const whole = element.closest("label") ?? element
  if (!at || !(whole.contains(at) || at.contains(element)))
    return `${what}: covered by ${at?.outerHTML.slice(0, 120)}`
  // A screen as a whole, which takes the focus when it comes, is no stop.
  if (element.getAttribute("tabindex") === "-1" && !element.matches("td, [role=gridcell], input")) return
  const around = element.closest("label, [role=gridcell], td, [role=group], [data-editor]")
  const styles = [element, element.parentElement, around]
    .filter((one) => one !== null)
    .flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::after")])
  for (const { outlineStyle, outlineWidth, boxShadow } of styles) {
    if (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1) return
    if (boxShadow.includes("inset")) return
  }
  if (element.querySelector("[data-focused]")) return
  return `${what}: no mark of the focus`
}
