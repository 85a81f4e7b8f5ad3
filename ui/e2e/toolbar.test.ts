import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer()
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name)

async function until(what: string, holds: () => boolean | Promise<boolean>) {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(what)
}

async function firstCell(page: Page) {
  await page.getByRole("gridcell", { name: /Schema first/ }).waitFor()
}

test("filter by an expression with completion and save it as a view, by keyboard alone", async () => {
  const { page, close } = await visit(server, "/data/articles", "admin")
  await firstCell(page)
  await page.keyboard.press("Control+Shift+F")
  const field = page.getByRole("textbox", { name: "Show records for which" })
  await field.waitFor()
  await page.keyboard.type("sta")
  await page.getByRole("option", { name: /^status/ }).waitFor()
  await page.keyboard.press("Enter")
  await becomes(() => field.inputValue(), "status")
  await page.keyboard.type(' == "pub')
  await page.getByRole("option", { name: /published/ }).waitFor()
  await page.keyboard.press("Tab")
  await becomes(() => field.inputValue(), 'status == "published"')
  await page.keyboard.type(" && viewz > 1")
  await page.getByText(/has no field viewz/).waitFor()
  for (let times = 0; times < 9; times++) await page.keyboard.press("Backspace")
  await page.keyboard.type("views > 100 ")
  await page.getByText(/has no field viewz/).waitFor({ state: "detached" })
  await page.keyboard.press("Enter")
  await until(
    "the filter is not in the address",
    () => parameter(page, "filter")?.includes("views > 100") ?? false,
  )
  await page.getByRole("button", { name: "Status is Published" }).waitFor()
  await page.keyboard.press("Control+S")
  await page.getByRole("textbox", { name: "Name" }).waitFor()
  await page.keyboard.type("Read much")
  await page.keyboard.press("Enter")
  await page.getByRole("link", { name: "Read much" }).first().waitFor()
  await until("the view is not in the address", () => parameter(page, "view") !== null)
  assert.equal(parameter(page, "filter"), null)
  await close()
})

test("conditions in groups become text, and the text becomes the same conditions", async () => {
  const text = 'status == "published" && (views > 100 || featured) && tags.exists(t, t.slug == "django")'
  const { page, close } = await visit(server, `/data/articles?filter=${encodeURIComponent(text)}`, "admin")
  await page.getByRole("button", { name: "Filter", exact: true }).click()
  await page.getByRole("group", { name: "Condition about Views" }).waitFor()
  await page.getByRole("group", { name: "Condition about Tags › Slug" }).waitFor()
  await page
    .getByRole("group", { name: "Condition about Views" })
    .getByRole("textbox", { name: "Value" })
    .fill("200")
  await until(
    "the number is not in the address",
    () => parameter(page, "filter")?.includes("views > 200") ?? false,
  )
  assert.equal(parameter(page, "filter"), text.replace("100", "200"))
  await page.getByRole("button", { name: "Remove the condition about Featured" }).click()
  await until("the condition is still there", () => !parameter(page, "filter")?.includes("featured"))
  await page.getByRole("button", { name: "Expression" }).click()
  const field = page.getByRole("textbox", { name: "Show records for which" })
  await field.fill("views + 1 > 100")
  await page.getByText("Conditions cannot show this expression.").waitFor()
  await page.getByRole("button", { name: "Apply the filter" }).click()
  await page.getByRole("button", { name: "views + 1 > 100", exact: true }).click()
  await field.waitFor()
  await close()
})

test("a shared view reaches the other person, and a conflict is told", async () => {
  const admin = await api(server, "admin")
  const rights = { is_staff: true, is_superuser: true }
  assert.equal((await admin("PATCH", "/api/_/records/users/2/", rights)).status, 200)
  const own = { collection: "articles", name: "Of admin alone" }
  assert.equal((await admin("POST", "/api/_/views/", own)).status, 201)
  const made = await admin("POST", "/api/_/views/", {
    collection: "articles",
    name: "Drafts of all",
    shared: true,
    filter: 'status == "draft"',
  })
  assert.equal(made.status, 201)
  const { id } = made.body as { id: string }
  const other = await visit(server, `/data/articles?view=${id}`, "user")
  await other.page
    .getByRole("link", { name: /Drafts of all/ })
    .first()
    .waitFor()
  await other.page.getByRole("button", { name: "Status is Draft" }).waitFor()
  await becomes(() => other.page.getByText("Of admin alone").count(), 0)
  await other.close()

  const mine = await visit(server, `/data/articles?view=${id}&q=a`, "admin", { expected: /412/ })
  await mine.page.getByRole("button", { name: "Save", exact: true }).waitFor()
  await admin("PATCH", `/api/_/views/${id}/`, { name: "Drafts" }, { "If-Match": '"1"' })
  await mine.page.getByRole("button", { name: "Save", exact: true }).click()
  await mine.page.getByText(/Somebody else has saved/).waitFor()
  await mine.page.getByRole("button", { name: "Take theirs" }).click()
  await mine.page
    .getByRole("link", { name: /^Drafts( shared)?$/ })
    .first()
    .waitFor()
  assert.equal(parameter(mine.page, "q"), null)
  await mine.close()
})

test("a field of all that match is changed after a trial, and undone", async () => {
  const admin = await api(server, "admin")
  const drafts = async () => {
    const path = `/api/_/records/articles/count/?filter=${encodeURIComponent('status == "draft"')}`
    return ((await admin("GET", path)).body as { count: number }).count
  }
  const before = await drafts()
  const { page, close } = await visit(server, "/data/articles", "admin")
  await page.getByRole("gridcell", { name: /Schema first/ }).click()
  await page.keyboard.press("Shift+Space")
  await page.getByRole("button", { name: /Select all \d+ that match/ }).click()
  await page.getByRole("button", { name: "Edit a field" }).click()
  await page.keyboard.type("Status")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: /Value/ }).click()
  await page.getByRole("option", { name: "Draft" }).click()
  await page.getByRole("button", { name: "Check the change" }).click()
  await page.getByText(/All \d+ records can be changed/).waitFor()
  assert.equal(await drafts(), before)
  await page.getByRole("button", { name: /Change \d+ records/ }).click()
  await page.getByText(/is changed\./).waitFor()
  assert.ok((await drafts()) > before)
  await page.getByRole("button", { name: "Undo" }).click()
  await page.getByText(/as before/).waitFor()
  assert.equal(await drafts(), before)
  await close()
})
