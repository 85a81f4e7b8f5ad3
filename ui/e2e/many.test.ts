// Many records at once: a list goes out as a file, what is selected goes out or away and comes back; and the schema as a map.
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer()
const ask = await api(server, "admin")

const published = 'status == "published"'
const titles = async () => {
  const query = new URLSearchParams({ filter: published, order: "title", limit: "1000" })
  const { body } = await ask("GET", `/api/_/records/articles/?${query}`)
  return (body as { results: { title: string }[] }).results.map(({ title }) => title)
}

/** Has a file downloaded, and answers its name and text. */
async function file(page: Page, press: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), press()])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") }
}

test("a list is exported as it stands, and what is selected of it by itself", async () => {
  const query = new URLSearchParams({ filter: published, order: "title", cols: "title!,views" })
  const { page, close } = await visit(server, `/data/articles?${query}`, "admin")
  await page
    .getByRole("gridcell", { name: /row 1$/ })
    .first()
    .waitFor()
  const choose = (name: string) => async () => {
    await page.getByRole("button", { name: "Import, export, API" }).click()
    await page.getByRole("menuitem", { name, exact: true }).click()
  }
  const expected = await titles()
  const shown = await file(page, choose("TSV"))
  assert.match(shown.name, /^articles.*\.tsv$/)
  const [head, ...lines] = shown.text
    .replace(/^\ufeff/, "")
    .trimEnd()
    .split(/\r?\n/)
  assert.equal(head, "title\tviews")
  assert.deepEqual(
    lines.map((line) => line.split("\t")[0]),
    expected,
  )
  const every = await file(page, choose("JSON, one list"))
  const records = JSON.parse(every.text) as { title: string; slug: string }[]
  assert.deepEqual(
    records.map(({ title }) => title),
    expected,
  )
  assert.ok(records.every(({ slug }) => slug))

  await page.locator('[data-row="1"] [data-column="0"]').click()
  await page.keyboard.press("Shift+Space")
  await page.getByText("1 selected").waitFor()
  const one = await file(page, async () => {
    await page.getByRole("button", { name: "Export", exact: true }).click()
    await page.getByRole("menuitem", { name: "CSV", exact: true }).click()
  })
  assert.deepEqual(
    one.text
      .replace(/^\ufeff/, "")
      .trimEnd()
      .split(/\r?\n/).length,
    2,
  )
  assert.ok(one.text.includes(expected[1] ?? "none"), one.text)
  await close()
})

test("what is selected is deleted once it is said what that does, and comes back", async () => {
  for (const n of [1, 2, 3])
    await ask("POST", "/api/_/records/tags/", { name: `Passing ${n}`, slug: `passing-${n}` })
  const filter = 'name.startsWith("Passing")'
  const left = async () => {
    const { body } = await ask("GET", `/api/_/records/tags/count/?filter=${encodeURIComponent(filter)}`)
    return (body as { count: number }).count
  }
  assert.equal(await left(), 3)
  const { page, close } = await visit(server, `/data/tags?filter=${encodeURIComponent(filter)}`, "admin")
  await page.getByRole("gridcell", { name: /Passing 1/ }).click()
  await page.keyboard.press("Shift+Space")
  await page.getByRole("button", { name: "Select all 3 that match" }).click()
  await page.getByRole("button", { name: "Delete 3", exact: true }).click()
  const dialog = page.getByRole("dialog", { name: "Delete 3 tags" })
  await dialog.getByText(/No other record refers to what is deleted/).waitFor()
  assert.equal(await left(), 3)
  await dialog.getByRole("button", { name: "Delete 3 tags" }).click()
  await page.getByText("3 tags deleted.").waitFor()
  assert.equal(await left(), 0)
  await page.getByRole("button", { name: "Undo" }).click()
  await becomes(left, 3)
  await close()
})

test("the map shows collections and relations, in words too, and boxes stay where they were put", async () => {
  const { page, close } = await visit(server, "/schema?tab=map", "admin")
  const map = page.getByRole("group", { name: "Map of the schema" })
  const words = page.getByRole("list", { name: "Collections and relations in words" })
  await words.getByText(/^articles leads to /).waitFor()
  const { body } = await ask("GET", "/api/_/schema/")
  const { collections } = (body as { document: { collections: Record<string, { id: string }> } }).document
  const names = Object.keys(collections)
  await becomes(() => map.locator("[data-box]").count(), names.length)
  assert.equal(await words.getByRole("listitem").count(), names.length)
  const box = map.locator(`[data-box="${collections.tags?.id}"]`)
  const place = () => box.getAttribute("transform")
  const before = await place()
  await box.locator("[tabindex]").focus()
  await page.keyboard.press("Shift+ArrowRight")
  await becomes(async () => (await place()) === before, false)
  const after = await place()
  const kept = async () => JSON.stringify((await ask("GET", "/api/_/preferences/")).body)
  await becomes(async () => (await kept()).includes("schema_map"), true)
  await page.reload()
  await box.waitFor()
  assert.equal(await place(), after)
  await box.locator("[tabindex]").focus()
  await page.keyboard.press("Enter")
  await page.waitForURL(/\/schema\/tags/)
  await close()
})
