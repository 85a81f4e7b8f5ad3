// No text is left in another language; in German, whose words are long, no button is cut off; and data runs in its own
// direction.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Locator, Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"
import { prepare, screens } from "./screens.ts"
import { inPseudo, type WalkOptions, walk } from "./walk.ts"

const sender = "שלום! <noreply@example.com>"
const server = await startServer({ args: ["--mail-from", sender] })
const at = await prepare(server)

/** Goes through all screens, and says what is found on each. */
async function through(
  options: WalkOptions,
  begin: (page: Page) => Promise<unknown>,
  look: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const all = screens.map(({ act, path, ...screen }) => ({ ...screen, path: at(path) }))
  const { findings } = await walk(server, all, { expected: /./, begin, ...options }, look)
  return [...new Set(findings)]
}

/** Names and signs that are the same in every language, and days and months, which the browser writes. */
const same = new Set(
  `couplet csv tsv json ndjson sql api curl typescript javascript http https url utc id uuid html css svg ctrl shift alt
  enter esc tab space english deutsch sqlite postgresql gmt cest cet kb mb gb kib mib gib ms null true false smtp github
  get post put patch delete options head am pm jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat
  sun january february march april june july august september october november december monday tuesday wednesday
  thursday friday saturday sunday chrome firefox safari edge linux windows macos android ios swagger redoc debug sec min hr day days`.split(
    /\s+/,
  ),
)

/** Names of zones, paths, and what react-aria says in the language of dates and numbers. */
const own =
  /\/api\/\S*|[A-Z]\w+\/[A-Z]\w+|^(Show suggestions|Suggestions|Dismiss|Clear search|Select an item)$/g

/** All words in the values that the server has sent to some windows: data, and its own texts. */
class Words {
  private readonly known = new Set<string>()
  private readonly read: Promise<void>[] = []

  from(page: Page): void {
    // Of an answer that is still being sent while its page goes, no end may be told.
    page.on("requestfinished", (request) => {
      if (!request.url().includes("/api/")) return
      const body = request.response().then((response) => response?.json())
      this.read.push(body.then((value) => this.take(value)).catch(() => undefined))
    })
  }

  /** Those of what was answered up to now. */
  async all(): Promise<Set<string>> {
    await Promise.all(this.read)
    return this.known
  }

  private take(value: unknown): void {
    if (typeof value === "string")
      for (const word of value.match(/[A-Za-z]+/g) ?? []) this.known.add(word.toLowerCase())
    else if (value && typeof value === "object") for (const one of Object.values(value)) this.take(one)
  }
}

/** Texts in sight, names and hints, apart from code and from what people write. */
function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
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

test("no text is left untranslated", async () => {
  const words = new Words()
  const begin = async (page: Page) => {
    words.from(page)
    await inPseudo(page)
  }
  const left = await through({}, begin, async (page) => {
    const [found, sent] = await Promise.all([texts(page), words.all()])
    return found.filter((text) =>
      (text.replace(own, "").match(/(?<![\p{L}\d_])[A-Za-z]{3,}(?![\p{L}\d_])/gu) ?? []).some(
        (word) => !same.has(word.toLowerCase()) && !sent.has(word.toLowerCase()),
      ),
    )
  })
  assert.deepEqual(left, [])
})

test("no button is clipped in German", async () => {
  const german = async () => undefined
  const cut = await through({ locale: "de-DE", width: 1440, height: 780 }, german, async (page) => {
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de")
    const found: string[] = []
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 780 })
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
      found.push(...(await page.evaluate(clipped)).map((text) => `${text} at ${width}`))
    }
    await page.setViewportSize({ width: 1440, height: 780 })
    return found
  })
  assert.deepEqual(cut, [])
})

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

/** On which side of a letter the exclamation mark of a text is drawn. */
const markIs = (within: Locator, letter: string) =>
  within.evaluate((element, letter) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? ""
      const places = [text.indexOf(letter), text.indexOf("!")].map((at) => {
        if (at < 0) return undefined
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + 1)
        return range.getBoundingClientRect().left
      })
      const [of, mark] = places
      if (of !== undefined && mark !== undefined) return mark < of ? "left" : "right"
    }
    return "nowhere"
  }, letter)

test("data runs in its own direction, and stands where its column does", async () => {
  const ask = await api(server, "admin")
  const titles = { 1: "שלום (עולם)!", 2: "Hello (world)!" }
  for (const [id, title] of Object.entries(titles))
    assert.equal((await ask("PATCH", `/api/_/records/articles/${id}/`, { title })).status, 200)
  const { page, close } = await visit(server, "/data/articles?order=id&rec=1", "admin")
  const text = (row: number) => page.locator(`[data-row="${row}"] [data-column="0"] > span`)
  /** How far a cell's text is from where its column begins. */
  const indent = (row: number, dir: string) =>
    text(row).evaluate((span, dir) => {
      const [own, cell] = [span, span.parentElement ?? span].map((one) => one.getBoundingClientRect())
      return own && cell && (dir === "rtl" ? cell.right - own.right : own.left - cell.left)
    }, dir)
  for (const dir of ["ltr", "rtl"]) {
    await page.evaluate((dir) => {
      document.documentElement.dir = dir
    }, dir)
    await becomes(() => markIs(text(0), "ש"), "left")
    await becomes(() => markIs(text(1), "H"), "right")
    await becomes(() => indent(0, dir), 8)
    await becomes(() => indent(1, dir), 8)
    await becomes(() => markIs(page.getByRole("heading", { level: 2, name: titles[1] }), "ש"), "left")
    const field = page.getByRole("textbox", { name: "Title" })
    await becomes(() => field.evaluate((input) => getComputedStyle(input).direction), "rtl")
  }
  await page.goto("/admin/activity?collection=articles")
  await becomes(() => markIs(page.getByRole("main"), "ש"), "left")
  await close()
})

/** How far the text of something is from the side that it is to stand at. */
const fromSide = (of: Locator, side: "left" | "right") =>
  of.evaluate((element, side) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    const [text, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()]
    return Math.round(side === "left" ? text.left - box.left : box.right - text.right)
  }, side)

test("labels of fields, and what people write of themselves and set, run in their own direction", async () => {
  const ask = await api(server, "admin")
  const force = (await ask("GET", "/api/_/schema/")).body as {
    hash: string
    document: {
      collections: { articles: { fields: { [name: string]: object } } }
      roles: { [name: string]: object }
    }
  }
  const { collections, roles } = force.document
  const { fields } = collections.articles
  for (const name of ["title", "featured", "tags"])
    fields[name] = { ...fields[name], label: "כותרת (א)!", help_text: "עזרה (א)!" }
  roles.editors = { ...roles.editors, label: "עורכים (א)!" }
  const put = await ask("PUT", "/api/_/schema/", force, { "If-Match": `"${force.hash}"` })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  const names = { first_name: "שלום", last_name: "(עולם)!" }
  assert.equal((await ask("PATCH", "/api/_/records/users/2/", names)).status, 200)

  const { page, close } = await visit(server, "/data/articles/1", "admin")
  for (const dir of ["ltr", "rtl"] as const) {
    const turned = async (path: string) => {
      await page.goto(`/admin${path}`)
      await page.evaluate((dir) => {
        document.documentElement.dir = dir
      }, dir)
    }
    const side = dir === "ltr" ? "left" : "right"
    await turned("/data/articles/1")
    for (const name of ["title", "featured", "tags"]) {
      const box = page.locator(`[data-field="${name}"]`)
      await becomes(() => markIs(box, "ת"), "left")
      if (name !== "featured") await becomes(() => markIs(box, "ז"), "left")
    }
    const label = page.locator("[data-field=tags] [role=group] > span").first()
    await becomes(() => fromSide(label, side), 0)
    await turned("/people")
    const cell = page.getByRole("row", { name: /^user / }).getByRole("cell", { name: /שלום/ })
    await becomes(() => markIs(cell, "ע"), "left")
    await becomes(() => fromSide(cell.locator("span"), side), 0)
    await turned("/people/2")
    await becomes(() => markIs(page.getByRole("main").locator("form"), "ע"), "left")
    await turned("/settings/mail")
    const setting = page.getByRole("group", { name: "mail_from" })
    await setting.getByText(sender).waitFor()
    await becomes(() => markIs(setting, "ש"), "left")
  }
  await close()
})
