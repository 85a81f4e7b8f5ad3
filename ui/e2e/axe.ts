// What axe-core finds on a page: names, roles and contrasts.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

/** What axe finds: by all its rules in the light, and by those that see colours in the dark. */
export async function found(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe)
  const light = await page.evaluate(judged, standards)
  await page.emulateMedia({ colorScheme: "dark" })
  const dark = await page.evaluate(judged, ["color-contrast", "link-in-text-block"])
  await page.emulateMedia({ colorScheme: "light" })
  const all = [...light, ...dark.map((one) => ({ ...one, look: "dark" }))]
  const listOpen = (await page.locator("[role=combobox][aria-expanded=true]").count()) > 0
  return all
    .filter((one) => !explained(one, listOpen))
    .map(({ rule, open, node, ...more }) =>
      [rule, open ? "not judged" : "", "look" in more ? more.look : "", node].filter(Boolean).join(": "),
    )
}

interface Finding {
  rule: string
  /** Axe could not say. */
  open: boolean
  node: string
}

/** Why something that axe found, or could not judge, is well as it is. */
function explained({ rule, open, node, text }: Finding & { text: Text }, listOpen: boolean): boolean {
  if (rule === "color-contrast" && open) {
    // The diagram's texts stand on shapes, which axe does not see: src/styles/contrast.test.ts holds their tokens.
    if (node.startsWith("<text ")) return true
    // What is covered, scrolled away or marked: the surfaces around it say what it stands on.
    return contrast(text) >= 4.5
  }
  // While a box shows its list, react-aria hides all else from assistive technology, by which VoiceOver finds the list.
  // What is hidden is not to be reached meanwhile: Tab closes the list. Names of the box, and headings, are hidden so, too.
  return listOpen && ["aria-hidden-focus", "page-has-heading-one", "label-title-only"].includes(rule)
}

/** A text that axe cannot judge, and the surfaces around it, inmost first. */
interface Text {
  colour: string
  grounds: { colour: string; plain: boolean }[]
}

/** Axe's verdicts. Where it does not see what lies behind a text, its colours come along. */
async function judged(runOnly: string[]): Promise<(Finding & { text: Text })[]> {
  // A popover has hidden buttons around its dialog that dismiss it: they are in no landmark, as nothing over the page is.
  const rules = { region: { enabled: document.querySelector("[data-trigger][data-placement]") === null } }
  type Verdict = { id: string; nodes: { html: string; element: Element; target: string[] }[] }
  const { axe } = window as unknown as {
    axe: { run: (options: object) => Promise<{ violations: Verdict[]; incomplete: Verdict[] }> }
  }
  const options = { runOnly, rules, elementRef: true, resultTypes: ["violations", "incomplete"] }
  const { violations, incomplete } = await axe.run(options)
  const verdicts = [
    ...violations.map((verdict) => ({ ...verdict, open: false })),
    ...incomplete.map((verdict) => ({ ...verdict, open: true })),
  ]
  return verdicts.flatMap(({ id, nodes, open }) =>
    nodes.map(({ html, element, target }) => {
      const grounds: Text["grounds"] = []
      for (let up: Element | null = element; up; up = up.parentElement) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(up)
        grounds.push({ colour: backgroundColor, plain: opacity === "1" && backgroundImage === "none" })
      }
      const text = { colour: getComputedStyle(element).color, grounds }
      return { rule: id, open, node: `${html.slice(0, 160)} ${target}`, text }
    }),
  )
}

const rgb = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)

/** The contrast of a text to the first of the surfaces around it that covers; 0 where that cannot be told either. */
function contrast({ colour, grounds }: Text): number {
  if (rgb(colour)[3] === 0) return Number.POSITIVE_INFINITY // the shadow of a text, not to be read
  if (!grounds.every((ground) => ground.plain)) return 0
  const ground = grounds.map((one) => rgb(one.colour)).find(([, , , alpha = 1]) => alpha > 0)
  if (!ground || (ground[3] ?? 1) < 1) return 0
  const [dark = 0, bright = 0] = [luminance(rgb(colour)), luminance(ground)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

function luminance(shades: number[]): number {
  const [r = 0, g = 0, b = 0] = shades.map((shade) => {
    const c = shade / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
