import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8")
const themes = ["light", "dark"] as const

/** The colours of tokens.css by name, for one theme. */
function colours(theme: 0 | 1): Map<string, string> {
  const out = new Map<string, string>()
  for (const [, name = "", ...pair] of css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);/g)) {
    out.set(name, pair[theme] ?? "")
  }
  return out
}

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** What is written or drawn, on what, and the least contrast: 4.5 for text, 3 for what bounds a control or is a sign. */
const grounds = ["chrome", "page", "raised", "sunk", "wash"]
const inks: readonly [ink: string, least: number, also?: string[]][] = [
  ["ink", 4.5, ["wash-strong", "danger-wash", "warn-wash", "ok-wash", "people-wash"]],
  ["ink2", 4.5],
  ["ink3", 4.5],
  ["accent", 4.5],
  ["hover", 4.5],
  ["danger", 4.5, ["danger-wash"]],
  ["warn", 4.5, ["warn-wash"]],
  ["ok", 4.5, ["ok-wash"]],
  ["people", 4.5, ["people-wash"]],
  ["edge", 3],
  ...["stone", "rust", "ochre", "olive", "moss", "teal", "sea", "slate", "plum", "rose"].map(
    (hue) => [hue, 3] as [string, number],
  ),
]

for (const [index, theme] of themes.entries()) {
  const tokens = colours(index as 0 | 1)
  const of = (name: string) => tokens.get(name) ?? assert.fail(`tokens.css has no --${name}`)

  test(`${theme}: everything can be told from what it stands on`, () => {
    const faint: string[] = []
    for (const [ink, least, also = []] of inks) {
      for (const ground of [...grounds, ...also]) {
        const found = contrast(of(ink), of(ground))
        if (found < least) faint.push(`${ink} on ${ground}: ${found.toFixed(2)}`)
      }
    }
    const button = Math.min(...["accent", "hover"].map((on) => contrast(of("on-accent"), of(on))))
    if (button < 4.5) faint.push(`on-accent: ${button.toFixed(2)}`)
    assert.deepEqual(faint, [])
  })
}

test("tokens.css has the shades that the test knows, twice each", () => {
  assert.equal(colours(0).size, colours(1).size)
  assert.ok(colours(0).size >= 32)
})
