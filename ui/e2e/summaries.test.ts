// What is worked out below the columns of the grid: it is what the API says of all that match, also after a filter, after
// what others change, and after a reload.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer()
const admin = await api(server, "admin")

const list = "/data/articles?order=id&cols=title!,status,author,views,price,featured,published_at"

const shown = (page: Page) =>
  page.locator('[data-row="3"] [data-column="3"]:not([aria-label="Loading"])').waitFor()

/** Chooses a summary in the menu of a column. */
async function choose(page: Page, column: string, summary: string): Promise<void> {
  await page.getByRole("columnheader").getByRole("button", { name: column, exact: true }).click()
  await page.getByRole("menuitem", { name: summary, exact: true }).click()
  await page.getByRole("menu").waitFor({ state: "detached" })
}

/** The number of a summary, as it stands below the list; undefined where there is none. */
const told = (page: Page, name: string) => async () =>
  (await page.locator("footer > span").allTextContents())
    .find((text) => text.startsWith(`${name} `))
    ?.slice(name.length + 1)

/** What the API says of a field, of all that match. */
async function figure(summary: string, field: string, filter = ""): Promise<string> {
  const path = `/api/_/records/articles/aggregate/?of=${summary}:${field}&filter=${encodeURIComponent(filter)}`
  const { body } = await admin("GET", path)
  return String((body as { fields: Record<string, Record<string, unknown>> }).fields[field]?.[summary])
}

/** The values of a field of all articles, one by one. */
async function values(field: string): Promise<unknown[]> {
  const { body } = await admin("GET", `/api/_/records/articles/?limit=100&fields=${field}`)
  return (body as { results: Record<string, unknown>[] }).results.map((row) => row[field])
}

test("sum, average, least, most, filled, empty and different are those of the API, for each type", async () => {
  const { page, close } = await visit(server, list, "admin")
  await shown(page)
  await choose(page, "Views", "Sum")
  await choose(page, "Price", "Average")
  await choose(page, "Author", "Different")
  await choose(page, "Featured", "Filled")
  await becomes(told(page, "Views, Sum"), await figure("sum", "views"))
  await becomes(told(page, "Price, Average"), await figure("avg", "price"))
  await becomes(told(page, "Author, Different"), await figure("unique", "author"))
  await becomes(told(page, "Featured, Filled"), await figure("count", "featured"))
  const views = (await values("views")) as number[]
  assert.equal(await told(page, "Views, Sum")(), String(views.reduce((sum, one) => sum + one, 0)))
  assert.equal(await told(page, "Author, Different")(), String(new Set(await values("author")).size))
  await choose(page, "Views", "Most")
  await choose(page, "Price", "Empty")
  await choose(page, "Status", "Least")
  await becomes(told(page, "Views, Most"), String(Math.max(...views)))
  await becomes(told(page, "Views, Sum"), undefined)
  await becomes(
    told(page, "Price, Empty"),
    String((await values("price")).filter((one) => one === null).length),
  )
  assert.equal(await figure("min", "status"), "archived")
  await becomes(told(page, "Status, Least"), "Archived")
  await choose(page, "Price", "Least")
  await becomes(told(page, "Price, Least"), await figure("min", "price"))
  await page
    .getByRole("columnheader")
    .getByRole("button", { name: /^Published at/ })
    .click()
  await page.getByRole("menuitem", { name: "Most", exact: true }).click()
  const last = new Date(await figure("max", "published_at"))
  const [day, time] = ["dateStyle", "timeStyle"].map((style) =>
    last.toLocaleString("en-GB", { [style]: "short", timeZone: "Europe/Berlin" }),
  )
  await becomes(told(page, "Published at, Most"), `${day} ${time}`)
  await page.reload()
  await becomes(told(page, "Views, Most"), String(Math.max(...views)))
  await becomes(told(page, "Status, Least"), "Archived")
  await choose(page, "Status", "Least")
  await becomes(told(page, "Status, Least"), undefined)
  const { body } = await admin("GET", "/api/_/preferences/")
  assert.deepEqual((body as { summaries: object }).summaries, {
    articles: { views: "max", price: "min", author: "unique", featured: "count", published_at: "max" },
  })
  await close()
})

test("a summary follows the filter, what others change, and what is typed here", async () => {
  await admin("PATCH", "/api/_/preferences/", { summaries: { articles: { views: "sum", price: null } } })
  const { page, close } = await visit(server, list, "admin")
  await shown(page)
  const sum = told(page, "Views, Sum")
  await becomes(sum, await figure("sum", "views"))
  const all = await sum()
  await page.getByRole("gridcell", { name: "Status, Draft, row 1", exact: true }).click()
  await page.getByRole("columnheader").getByRole("button", { name: "Status", exact: true }).click()
  await page.getByRole("menuitem", { name: /Filter by the value of the active row/ }).click()
  await page.getByRole("button", { name: "Status is Draft" }).waitFor()
  const drafts = await figure("sum", "views", 'status == "draft"')
  assert.notEqual(drafts, all)
  await becomes(sum, drafts)
  await admin("PATCH", "/api/_/records/articles/1/", { views: 5000 })
  const more = await figure("sum", "views", 'status == "draft"')
  assert.notEqual(more, drafts)
  await becomes(sum, more)
  await admin("PATCH", "/api/_/records/articles/1/", { status: "archived" })
  await becomes(sum, String(Number(more) - 5000))
  await page.locator('[data-row="1"] [data-column="3"]').click()
  await page.keyboard.type("7000")
  await page.keyboard.press("Enter")
  await page.locator('[aria-label="Views, 7000, row 2"]:not([data-state])').waitFor()
  const typed = await figure("sum", "views", 'status == "draft"')
  await becomes(sum, typed)
  await page.keyboard.press("Control+z")
  await becomes(sum, String(Number(more) - 5000))
  await close()
})

test("of selected cells the sum is told, and where the server cannot sum up it says so", async () => {
  await admin("PATCH", "/api/_/preferences/", { summaries: { articles: { views: "sum" } } })
  const { page, close } = await visit(server, list, "admin", { expected: /500/ })
  await shown(page)
  const views = ((await values("price")) as unknown[]).length
  assert.ok(views > 4)
  await page.locator('[data-row="0"] [data-column="3"]').click()
  for (let times = 0; times < 3; times++) await page.keyboard.press("Shift+ArrowDown")
  const path = "/api/_/records/articles/aggregate/?of=sum:views,avg:views&order=id&limit=4"
  const { body } = await admin("GET", path)
  const { sum, avg } = (body as { fields: { views: { sum: number; avg: number } } }).fields.views
  const selection = page.locator("footer").getByRole("status")
  await becomes(async () => (await selection.textContent())?.startsWith("4 cells"), true)
  const parts = await selection.locator("> span").allTextContents()
  assert.deepEqual(parts.slice(1, 3), [`Sum ${sum}`, `Average ${avg}`])
  await page.route(/\/aggregate\//, (route) =>
    route.fulfill({ status: 500, json: { detail: "The disk is out of reach." } }),
  )
  await admin("PATCH", "/api/_/records/articles/1/", { views: 1 })
  await page.getByText("Not summed up. The server said: The disk is out of reach.").waitFor()
  await page.unroute(/\/aggregate\//)
  await admin("PATCH", "/api/_/records/articles/1/", { views: 2 })
  await becomes(told(page, "Views, Sum"), await figure("sum", "views"))
  await close()
})
