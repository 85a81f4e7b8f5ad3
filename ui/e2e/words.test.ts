// Check 17: no text is left in another language, and none is cut off in German.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { startServer } from "./harness.ts"
import { prepare, screens } from "./screens.ts"
import { inPseudo, walk } from "./walk.ts"

const server = await startServer()
const at = await prepare(server)
// What opens something knows its English name.
const all = screens.filter((screen) => !screen.act).map((screen) => ({ ...screen, path: at(screen.path) }))

/** Names and signs that are the same in every language, and days and months, which the browser writes. */
const same = new Set(
  `couplet csv tsv json ndjson sql api curl typescript javascript http https url utc id uuid html css svg ctrl shift alt
  enter esc tab space english deutsch sqlite postgresql gmt cest cet kb mb gb kib mib gib ms null true false smtp github
  get post put patch delete options head am pm jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat
  sun january february march april june july august september october november december monday tuesday wednesday
  thursday friday saturday sunday chrome firefox safari edge linux windows macos android ios swagger redoc debug sec min hr`.split(
    /\s+/,
  ),
)

/** Names of zones, and what react-aria says in the language of dates and numbers. */
const own = /[A-Z]\w+\/[A-Z]\w+|^(Show suggestions|Suggestions|Dismiss|Clear search|Select an item)$/g

test("no text is left untranslated", async () => {
  const words = new WeakMap<Page, Set<string>>()
  const begin = async (page: Page) => {
    words.set(page, wordsOf(page))
    await inPseudo(page)
    await page.reload()
  }
  const { findings } = await walk(server, all, { begin }, async (page) => {
    const known = words.get(page)
    const left = (await texts(page)).filter((text) =>
      (text.replace(own, "").match(/(?<![\p{L}\d_])[A-Za-z]{3,}(?![\p{L}\d_])/gu) ?? []).some(
        (word) => !same.has(word.toLowerCase()) && !known?.has(word.toLowerCase()),
      ),
    )
    return [...new Set(left)]
  })
  assert.deepEqual(findings, [])
})

/** All words in the values that the server has sent: data, and its own texts. */
function wordsOf(page: Page): Set<string> {
  const words = new Set<string>()
  const take = (value: unknown): void => {
    if (typeof value === "string")
      for (const word of value.match(/[A-Za-z]+/g) ?? []) words.add(word.toLowerCase())
    else if (value && typeof value === "object") for (const one of Object.entries(value)) one.forEach(take)
  }
  page.on("response", (response) => {
    if (response.url().includes("/api/")) response.json().then(take, () => undefined)
  })
  return words
}

/** Texts in sight, names and hints, apart from code and from what people write. */
function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node as HTMLElement
      if (element.closest("code, pre, kbd, time, script, style, svg, [role=gridcell], textarea")) continue
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      for (const name of ["aria-label", "placeholder", "title", "alt"])
        found.push(element.getAttribute(name) ?? "")
      for (const child of element.childNodes) if (child.nodeType === 3) found.push(child.textContent ?? "")
    }
    return found.filter((text) => text.trim())
  })
}

for (const size of [
  { width: 1440, height: 900 },
  { width: 360, height: 780 },
]) {
  test(`no button is cut off in German at ${size.width}`, async () => {
    const { findings } = await walk(server, all, { ...size, locale: "de-DE" }, async (page) => {
      const language = await page.evaluate(() => document.documentElement.lang)
      return language === "de" ? page.evaluate(clipped) : [`it speaks ${language}`]
    })
    assert.deepEqual(findings, [])
  })
}

/** Buttons and tabs whose text is cut off. Names of records and columns may be: they are whole in their titles. */
function clipped(): string[] {
  const found: string[] = []
  for (const button of document.querySelectorAll<HTMLElement>("button, [role=tab], a[data-kind]")) {
    if (!button.checkVisibility({ visibilityProperty: true }) || button.closest("[role=grid], aside, li"))
      continue
    const parts = [button, ...button.querySelectorAll<HTMLElement>("*:not(svg, svg *)")]
    for (const part of parts) {
      const { overflowX, position } = getComputedStyle(part)
      const box = part.getBoundingClientRect()
      if (overflowX === "visible" || position === "absolute" || box.width <= 1) continue
      if (part.scrollWidth > part.clientWidth + 1) found.push(button.textContent)
    }
    if (button.scrollWidth > button.clientWidth + 2) found.push(button.textContent)
  }
  return [...new Set(found.filter((text) => text.trim()))]
}
