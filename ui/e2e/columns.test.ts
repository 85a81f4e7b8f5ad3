// The columns of the grid: width, order, pin, shown and hidden, height of rows. Each is as it was left after a reload, and
// as a saved view has it.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Locator, Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer()
const admin = await api(server, "admin")

const cols = async (page: Page) => new URL(page.url()).searchParams.get("cols")

const head = (page: Page, label: string) =>
  page.getByRole("columnheader").filter({ has: page.getByRole("button", { name: label }) })

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[data-row="${row}"] [data-column="${column}"]:not([aria-label="Loading"])`)

/** The names of the columns, in the order in which they are seen. */
const names = (page: Page) => page.locator("[data-head]").allInnerTexts()

const boxOf = async (what: Locator) => {
  const box = await what.boundingBox()
  assert.ok(box, "it is not to be seen")
  return box
}

const widthOf = async (what: Locator) => Math.round((await boxOf(what)).width)

/** What the server keeps of the reader. */
const kept = async () =>
  (await admin("GET", "/api/_/preferences/")).body as {
    columns?: { articles?: { [field: string]: number } }
  }

/** Chooses an entry of a column's menu. */
async function choose(page: Page, column: string, entry: string): Promise<void> {
  await head(page, column).getByRole("button").click()
  await page.getByRole("menuitem", { name: entry, exact: true }).click()
  await page.getByRole("menu").waitFor({ state: "detached" })
}

/** The same by keyboard alone: from the cell that is active up to the name of its column, and down its menu. */
async function chooseByKeys(page: Page, entry: string): Promise<void> {
  await page.keyboard.press("Control+ArrowUp")
  await page.keyboard.press("ArrowUp")
  await page.locator("[data-head]:focus").waitFor()
  await page.keyboard.press("Enter")
  await page.locator("[role=menu]:focus, [role=menuitem]:focus").waitFor()
  const at = () => page.evaluate(() => (document.activeElement as HTMLElement).textContent)
  for (let tries = 0; (await at()) !== entry; tries++) {
    assert.ok(tries < 40, `the menu has no ${entry}`)
    await page.keyboard.press("ArrowDown")
  }
  await page.keyboard.press("Enter")
  await page.getByRole("menu").waitFor({ state: "detached" })
}

async function saveAsView(page: Page, name: string): Promise<void> {
  await page.getByRole("grid").focus()
  await page.keyboard.press("Control+S")
  await page.getByRole("textbox", { name: "Name" }).fill(name)
  await page.keyboard.press("Enter")
  await page.getByText(`The view ${name} is saved.`).waitFor()
}

interface View {
  id: string
  name: string
  shared: boolean
  row_height: number
  columns: { field: string; width: number; pinned: boolean }[]
}

async function viewCalled(name: string): Promise<View> {
  const { body } = await admin("GET", "/api/_/views/?collection=articles")
  const view = (body as View[]).find((one) => one.name === name)
  assert.ok(view, `the server has no view ${name}`)
  return view
}

test("a column is made wider by its edge, by its menu and to fit, and stays so", async () => {
  const { page, close } = await visit(server, "/data/articles?order=id", "admin")
  await cell(page, 0, 2).waitFor()
  const author = head(page, "Author")
  const edge = async (by: number, how: "drag" | "press") => {
    const { x, y, width, height } = await boxOf(author)
    await page.mouse.move(x + width - 1, y + height / 2)
    if (how === "press") return page.mouse.dblclick(x + width - 1, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(x + width - 1 + by / 2, y + height / 2)
    await page.mouse.move(x + width - 1 + by, y + height / 2)
    await page.mouse.up()
  }
  const before = await widthOf(author)
  await edge(60, "drag")
  await becomes(() => widthOf(author), before + 60)
  await becomes(() => widthOf(cell(page, 3, 2)), before + 60)
  await becomes(async () => (await kept()).columns?.articles?.author, before + 60)
  assert.equal(await page.getByRole("menu").count(), 0)
  await edge(-1000, "drag")
  await becomes(() => widthOf(author), 48)
  await becomes(() => widthOf(cell(page, 3, 2)), 48)
  await edge(0, "press")
  const clipped = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('[role=gridcell][data-column="2"] *, [data-head="2"] *')].filter(
          (one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX === "hidden",
        ).length,
    )
  await becomes(clipped, 0)
  await cell(page, 0, 2).click()
  const fit = await widthOf(author)
  await chooseByKeys(page, "Wider")
  await becomes(() => widthOf(author), fit + 40)
  await becomes(() => page.evaluate(() => document.activeElement?.getAttribute("data-head")), "2")
  await page.keyboard.press("ArrowDown")
  await chooseByKeys(page, "Narrower")
  await becomes(() => widthOf(author), fit)
  await becomes(async () => (await kept()).columns?.articles?.author, fit)
  await page.reload()
  await cell(page, 0, 2).waitFor()
  assert.equal(await widthOf(author), fit)
  await saveAsView(page, "Fitting")
  const { id, columns } = await viewCalled("Fitting")
  assert.equal(columns.find(({ field }) => field === "author")?.width, fit)
  await admin("PATCH", "/api/_/preferences/", { columns: null })
  await page.goto("/admin/data/articles")
  await becomes(() => widthOf(author), before)
  await page.goto(`/admin/data/articles?view=${id}`)
  await becomes(() => widthOf(author), fit)
  await close()
})

test("columns are put into another order by dragging, by menu and in the form, as the view then has it", async () => {
  const { page, close } = await visit(server, "/data/articles?order=id", "admin")
  await cell(page, 0, 4).waitFor()
  const first = await names(page)
  assert.deepEqual(first.slice(0, 4), ["Title", "Status", "Author", "Views"])
  await head(page, "Views").dragTo(head(page, "Status"))
  await becomes(async () => (await names(page)).slice(0, 4), ["Title", "Views", "Status", "Author"])
  await becomes(() => cell(page, 0, 1).getAttribute("aria-label"), "Views, 37, row 1")
  assert.equal(await cols(page), "title!,views,status,author,published_at")
  await cell(page, 0, 1).click()
  await chooseByKeys(page, "Move right")
  await becomes(async () => (await names(page)).slice(0, 4), ["Title", "Status", "Views", "Author"])
  await page.getByRole("button", { name: "Columns" }).click()
  const form = page.getByRole("dialog", { name: "Columns of Articles" })
  await form.getByRole("button", { name: "Move Author up" }).click()
  await becomes(async () => (await names(page)).slice(0, 4), ["Title", "Status", "Author", "Views"])
  assert.equal(await cols(page), null, "the order of the schema needs no address")
  await form.getByRole("button", { name: "Move Views up" }).click()
  await page.keyboard.press("Escape")
  await page.reload()
  const last = ["Title", "Status", "Views", "Author"]
  await becomes(async () => (await names(page)).slice(0, 4), last)
  await saveAsView(page, "Views first")
  const { columns, shared } = await viewCalled("Views first")
  assert.deepEqual([shared, columns.slice(0, 4).map(({ field }) => field)], [false, last.map(lower)])
  assert.equal(await cols(page), null, "the view's own order needs no address")
  await page.getByRole("link", { name: "All", exact: true }).click()
  await becomes(() => names(page), first)
  await page.getByRole("link", { name: "Views first" }).first().click()
  await becomes(async () => (await names(page)).slice(0, 4), last)
  await close()
})

const lower = (text: string) => text.toLowerCase()

test("a pinned column stays in view while the others pass below it, until it is let go", async () => {
  const wide = "title!,slug,body,status,author,tags,views,price,published_at,created_at,updated_at"
  const { page, close } = await visit(server, `/data/articles?order=id&cols=${wide}`, "admin", {
    width: 1024,
  })
  await cell(page, 0, 3).waitFor()
  await choose(page, "Status", "Pin")
  await becomes(async () => (await names(page)).slice(0, 2), ["Title", "Status"])
  await becomes(async () => (await cols(page))?.split(",").slice(0, 2), ["title!", "status!"])
  const scroll = (to: number) => page.getByRole("grid").evaluate((grid, left) => grid.scrollTo({ left }), to)
  const before = await boxOf(head(page, "Status"))
  await scroll(100_000)
  await becomes(async () => (await boxOf(head(page, "Status"))).x, before.x)
  /** The column that is seen at a place of the first row, whatever lies below it. */
  const seenAt = async (what: Locator) => {
    const { x, y, width, height } = await boxOf(what)
    const at = { x: x + width / 2, y: y + height / 2 }
    return page.evaluate(
      ({ x, y }) => document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-column]")?.dataset.column,
      at,
    )
  }
  assert.equal(await seenAt(cell(page, 0, 1)), "1")
  assert.equal(await seenAt(cell(page, 0, 0)), "0")
  const slug = await boxOf(head(page, "Slug"))
  assert.ok(slug.x + slug.width < before.x + before.width, "the other columns have passed")
  await page.reload()
  await cell(page, 0, 1).waitFor()
  await scroll(100_000)
  await becomes(async () => (await boxOf(head(page, "Status"))).x, before.x)
  await saveAsView(page, "Pinned")
  const pinned = (await viewCalled("Pinned")).columns.filter((one) => one.pinned)
  assert.deepEqual(
    pinned.map(({ field }) => field),
    ["title", "status"],
  )
  await scroll(0)
  await cell(page, 0, 1).click()
  await chooseByKeys(page, "Unpin")
  await scroll(100_000)
  await becomes(async () => (await boxOf(head(page, "Status"))).x < before.x, true)
  await page.getByRole("button", { name: "Reset" }).click()
  await becomes(() => cols(page), null)
  await becomes(async () => (await boxOf(head(page, "Status"))).x, before.x)
  await close()
})

test("a column is hidden and shown again, and the keyboard goes on from there; also on a phone", async () => {
  const { page, close } = await visit(server, "/data/articles?order=id", "admin")
  await cell(page, 0, 1).click()
  await chooseByKeys(page, "Hide")
  await becomes(async () => (await names(page)).includes("Status"), false)
  assert.equal(await cols(page), "title!,author,views,published_at")
  await page.locator("[role=grid] :focus").waitFor()
  await page.keyboard.press("ArrowDown")
  await page.locator('[data-row="0"] [data-column]:focus').waitFor()
  await page.keyboard.press("End")
  await chooseByKeys(page, "Hide")
  await becomes(() => names(page), ["Title", "Author", "Views"])
  await page.locator('[data-head="2"]:focus').waitFor()
  await page.reload()
  await cell(page, 0, 1).waitFor()
  assert.deepEqual(await names(page), ["Title", "Author", "Views"])
  await page.getByRole("button", { name: "Columns" }).click()
  const form = page.getByRole("dialog", { name: "Columns of Articles" })
  await form.getByRole("searchbox", { name: "Find a column" }).fill("sta")
  await form.getByRole("list", { name: "Columns not shown" }).getByText("Status").click()
  await becomes(() => cols(page), "title!,author,views,status")
  await becomes(() => cell(page, 0, 3).getAttribute("aria-label"), "Status, Draft, row 1")
  await form.getByRole("button", { name: "As the schema has them" }).click()
  await becomes(() => cols(page), null)
  await close()
  const phone = await visit(server, "/data/articles?order=id", "admin", { width: 360, height: 780 })
  const item = phone.page.getByRole("listitem").filter({ hasText: "Getting started with Django" })
  await item.getByText(/Draft/).waitFor()
  await phone.page.getByRole("button", { name: "Sort, columns, more" }).click()
  await phone.page.getByRole("menuitem", { name: "Columns …" }).click()
  await phone.page.getByRole("list", { name: "Columns shown" }).getByText("Status").click()
  await item.getByText(/Draft/).waitFor({ state: "detached" })
  await phone.close()
})

test("the height of rows stays, is the view's, and is not taken for the one that was chosen for all", async () => {
  const { page, close } = await visit(server, "/data/articles?order=id", "admin")
  const height = async () => Math.round((await boxOf(page.locator('[data-row="2"]'))).height)
  await becomes(height, 32)
  const set = async (name: string) => {
    await page.getByRole("button", { name: "Columns" }).click()
    await page.getByRole("button", { name: /Height of rows/ }).click()
    await page.getByRole("option", { name }).click()
    await page.keyboard.press("Escape")
    await page.getByRole("dialog").waitFor({ state: "detached" })
  }
  await set("Two lines")
  await becomes(height, 44)
  await page.reload()
  await becomes(height, 44)
  await saveAsView(page, "High")
  assert.equal((await viewCalled("High")).row_height, 44)
  await page.getByRole("link", { name: "All", exact: true }).click()
  await becomes(height, 32)
  await page.getByRole("link", { name: "High" }).first().click()
  await becomes(height, 44)
  await admin("PATCH", "/api/_/preferences/", { density: "dense" })
  await page.goto("/admin/data/articles?order=id")
  await becomes(height, 28)
  await set("Normal")
  await becomes(height, 32)
  await close()
  await admin("PATCH", "/api/_/preferences/", { density: null })
})
