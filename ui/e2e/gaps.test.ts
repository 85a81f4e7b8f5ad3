// The list where rows fail to load, where a cell is drawn anew between two clicks, and where pasted rows lack fields.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page, Route } from "playwright-core"
import { api, becomes, startServer, type Visit, visit } from "./harness.ts"

const server = await startServer()
const ask = await api(server, "admin")

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[data-row="${row}"] [data-column="${column}"]`)

/** Tags up to 350, so that there are several blocks of rows. */
async function manyTags(): Promise<void> {
  const { body } = await ask("GET", "/api/_/records/tags/count/")
  const missing = 350 - (body as { count: number }).count
  if (missing <= 0) return
  const requests = Array.from({ length: missing }, (_, n) => ({
    method: "POST",
    path: "/api/_/records/tags/",
    body: { slug: `many-${n}`, name: `Many ${String(n).padStart(3, "0")}` },
  }))
  const { status } = await ask("POST", "/api/_/batch/", { requests })
  assert.equal(status, 200)
}

/** Answers every block of rows but the first as `answer` says, until it is undefined. */
async function later(page: Page, fault: { answer: number | "aborted" | undefined }): Promise<void> {
  const isLater = (url: URL) =>
    url.pathname === "/api/_/records/tags/" &&
    (url.searchParams.has("after") || url.searchParams.has("offset"))
  await page.route(isLater, async (route: Route) => {
    if (fault.answer === undefined) return route.fallback()
    if (fault.answer === "aborted") return route.abort()
    return route.fulfill({ status: fault.answer, json: { detail: "The disk is out of reach." } })
  })
}

async function listed(path: string, options: { width?: number; height?: number } = {}) {
  const visited = await visit(server, "/about", "admin", { ...options, expected: /500|ERR_FAILED/ })
  const fault: { answer: number | "aborted" | undefined } = { answer: 500 }
  await later(visited.page, fault)
  await visited.page.goto(`/admin${path}`)
  return { ...visited, fault }
}

test("rows that do not load say so where they would be, and come when asked for again", async () => {
  await manyTags()
  const { page, fault, close } = await listed("/data/tags?order=id")
  await cell(page, 0, 0).and(page.locator("[aria-label$='row 1']")).waitFor()
  const first = await cell(page, 0, 0).getAttribute("aria-label")
  await page.getByText(/^Rows 101–\d+ did not load\.$/).waitFor()
  await page.getByText("The server said: The disk is out of reach.").waitFor()
  await page.locator("[role=grid]").evaluate((grid) => grid.scrollTo(0, 105 * 32))
  await cell(page, 110, 0).and(page.locator("[aria-label='Did not load']")).waitFor()

  // Refused again, in other words; and what was there has stayed.
  fault.answer = "aborted"
  const again = page.getByRole("button", { name: "Try again" })
  await again.click()
  await page.getByText("The server did not answer.").first().waitFor()
  await page.getByText(/^Rows 101–\d+ did not load\.$/).waitFor()
  fault.answer = undefined
  await again.focus()
  await page.keyboard.press("Enter")
  await cell(page, 110, 0).and(page.locator("[aria-label$='row 111']")).waitFor()
  await again.waitFor({ state: "detached" })
  // The focus goes on where the rows are; those that were there have not been read again.
  await page.waitForFunction(() => document.activeElement?.matches("[role=gridcell]"))
  await page.locator("[role=grid]").evaluate((grid) => grid.scrollTo(0, 0))
  await becomes(() => cell(page, 0, 0).getAttribute("aria-label"), first)
  await close()
})

test("a phone's list says so, too; what needs rows that do not load changes nothing", async () => {
  await manyTags()
  const phone = await listed("/data/tags?order=id", { width: 360, height: 780 })
  await phone.page.getByText(/^Rows 101–\d+ did not load\.$/).waitFor()
  phone.fault.answer = undefined
  await phone.page.getByRole("button", { name: "Try again" }).click()
  await phone.page.getByText(/^Rows .* did not load/).waitFor({ state: "detached" })
  await phone.close()

  const { page, close } = await listed("/data/tags?order=id")
  await page.getByText(/^Rows 101–\d+ did not load\.$/).waitFor()
  await cell(page, 98, 1).waitFor({ state: "detached" })
  await cell(page, 0, 0).click()
  await page.keyboard.press("Control+ArrowRight")
  for (let n = 0; n < 5; n++) await page.keyboard.press("Shift+PageDown")
  await page.keyboard.press("Control+d")
  await page
    .getByText(/Nothing was changed: not all of the selection could be read/)
    .first()
    .waitFor()
  const { body } = await ask("GET", "/api/_/records/tags/?order=id&limit=2")
  const [one, two] = (body as { results: { name: string }[] }).results
  assert.notEqual(one?.name, two?.name)
  await close()
})

/** Presses as a hand does: two clicks at one place, with something between them. */
async function doubleClick(page: Page, at: ReturnType<typeof cell>, between: () => Promise<unknown>) {
  const box = await at.boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down({ clickCount: 1 })
  await page.mouse.up({ clickCount: 1 })
  await page.mouse.down({ clickCount: 2 })
  await between()
  await page.mouse.up({ clickCount: 2 })
}

const editor = (visited: Visit) => visited.page.locator("[data-editor]")

test("a double click opens the editor though the cell is drawn anew between its clicks", async () => {
  const visited = await visit(server, "/data/articles?cols=title!,tags,views&order=id", "admin")
  const { page, close } = visited
  const patch = (body: object) => ask("PATCH", "/api/_/records/articles/1/", body)
  const { body } = await ask("GET", "/api/_/records/tags/?limit=2&order=id")
  const [one, two] = (body as { results: { id: number; name: string }[] }).results
  assert.ok(one && two)
  await patch({ tags: [one.id, two.id] })
  const name = page.locator("[data-row='0'] [data-column='1'] span").getByText(one.name, { exact: true })
  await name.waitFor()
  // What is pressed is taken away before it is let go.
  await doubleClick(page, name, async () => {
    await patch({ tags: [] })
    await name.waitFor({ state: "detached" })
  })
  await editor(visited).waitFor()
  await page.keyboard.press("Escape")
  await editor(visited).waitFor({ state: "detached" })

  // Between the first click and the second.
  const title = cell(page, 0, 0)
  const before = await title.getAttribute("aria-label")
  const box = await title.boundingBox()
  assert.ok(before && box)
  await page.mouse.click(box.x + 30, box.y + 16)
  await patch({ title: "Drawn anew" })
  await becomes(() => title.getAttribute("aria-label"), "Title, Drawn anew, row 1")
  await page.mouse.down({ clickCount: 2 })
  await page.mouse.up({ clickCount: 2 })
  await editor(visited).waitFor()
  await page.keyboard.press("Escape")

  // The list is being read anew.
  await ask("POST", "/api/_/records/tags/", { slug: "one-more", name: "One more" })
  await page.goto("/admin/data/tags?order=id")
  await cell(page, 0, 1).and(page.locator("[aria-label$='row 1']")).waitFor()
  await ask("DELETE", `/api/_/records/tags/${two.id}/`)
  const held: Route[] = []
  await page.getByRole("button", { name: /Refresh/ }).waitFor()
  await page.route("**/api/_/records/tags/?limit=100*", (route) => void held.push(route))
  await page.getByRole("button", { name: /Refresh/ }).click()
  await page.getByRole("button", { name: /Refresh/ }).waitFor({ state: "detached" })
  await cell(page, 0, 1).dblclick()
  await editor(visited).waitFor()
  for (const route of held) await route.continue()
  await close()
})

test("rows pasted without a yes or no that is required say no, as an unticked box does", async () => {
  const force = (await ask("GET", "/api/_/schema/")).body as {
    hash: string
    document: { collections: { [name: string]: object } }
  }
  const fields = { name: { type: "char" }, vegan: { type: "boolean" }, paid: { type: "boolean", null: true } }
  force.document.collections.guests = { display: "name", fields }
  const put = await ask("PUT", "/api/_/schema/", force, { "If-Match": `"${force.hash}"` })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  const { page, context, close } = await visit(server, "/data/guests?order=id&cols=name!,vegan", "admin")
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  const paste = async (text: string, count: string) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text)
    await page.keyboard.press("Control+v")
    await page.getByRole("button", { name: `Add ${count}` }).click()
  }
  const held = async () => {
    const { body } = await ask("GET", "/api/_/records/guests/?order=id")
    const { results } = body as { results: { [field: string]: unknown }[] }
    return results.map(({ name, vegan, paid }) => [name, vegan, paid])
  }

  // Into a list without rows, which has the focus.
  await page.getByText("No guests yet.").waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Guests")
  await paste("Ada\nBo", "2 records")
  await page.locator("[aria-label='Vegan, no, row 2']").waitFor()
  const [ada, bo] = ["Ada", "Bo"].map((name) => [name, false, null])
  assert.deepEqual(await held(), [ada, bo])

  // Over the last row and past it: a row that is there keeps its answer, and what is said counts.
  await ask("PATCH", "/api/_/records/guests/2/", { vegan: true })
  await page.locator("[aria-label='Vegan, yes, row 2']").waitFor()
  await cell(page, 1, 0).click()
  await paste("Bob\nCy", "1 record")
  await page.locator("[aria-label='Vegan, no, row 3']").waitFor()
  await cell(page, 2, 0).click()
  await paste("Cy\t\nDi\tyes", "1 record")
  await page.locator("[aria-label='Vegan, yes, row 4']").waitFor()
  const after = [ada, ["Bob", true, null], ["Cy", false, null], ["Di", true, null]]
  assert.deepEqual(await held(), after)
  await close()
})

/** Articles of the user that say nothing, by the thousand. */
async function manyArticles(count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      title: `Many ${n}`,
      slug: `many-${n}`,
      body: "b",
      status: "draft",
      author: 1,
      views: 0,
    }),
  )
  const { body } = await ask("POST", "/api/_/live/ticket/")
  assert.ok(body)
  const token = await fetch(`${server.url}/api/token/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "admin-Pass-123" }),
  })
  const { access } = (await token.json()) as { access: string }
  const imported = await fetch(`${server.url}/api/_/imports/?collection=articles`, {
    method: "POST",
    headers: { Authorization: `Bearer ${access}`, "Content-Type": "application/x-ndjson" },
    body: lines.join("\n"),
  })
  assert.equal(imported.status, 200, await imported.text())
}

test("what is typed into a cell is saved when another one is pressed, in the same row and elsewhere", async () => {
  const { page, close } = await visit(server, "/data/articles?order=id&cols=title!,views,body", "admin")
  const stored = async () => {
    const { views, body } = (await ask("GET", "/api/_/records/articles/3/")).body as {
      views: number
      body: string
    }
    return [views, body]
  }
  const [, body] = await stored()
  for (const [typed, row, column] of [
    [7123, 2, 0],
    [8234, 6, 1],
  ] as const) {
    await cell(page, 2, 1).click()
    await page.keyboard.type(String(typed))
    await cell(page, row, column).click()
    await page.locator("[data-editor]").waitFor({ state: "detached" })
    await becomes(stored, [typed, body])
    await page.locator(`[aria-label="Views, ${typed}, row 3"]:not([data-state])`).waitFor()
    await page.locator(`[data-row="${row}"] [data-column="${column}"]:focus`).waitFor()
  }
  await cell(page, 2, 2).click()
  await page.keyboard.type("Long text")
  await cell(page, 4, 0).click()
  await becomes(stored, [8234, "Long text"])
  await cell(page, 2, 0).click()
  await page.locator('[data-row="2"] [data-column="0"]:focus').waitFor()
  assert.equal(await page.locator("[data-editor]").count(), 0)
  await close()
})

test("a change of many records tells how far it is, is ended, and goes back", async () => {
  await manyArticles(20_000)
  const { page, close } = await visit(server, "/data/articles?filter=title.startsWith('Many')", "admin")
  await cell(page, 0, 0).and(page.locator("[aria-label$='row 1']")).click()
  await page.keyboard.press("Control+a")
  await page.getByText("20,000 selected").waitFor()
  await page.getByRole("button", { name: "Edit a field" }).click()
  await page.getByRole("combobox", { name: "Field" }).fill("Views")
  await page.getByRole("option", { name: "Views" }).click()
  await page.getByRole("textbox", { name: "Value" }).fill("77")
  await page.getByRole("button", { name: "Check the change" }).click()
  await page
    .getByText("All 20000 records can be changed.")
    .or(page.getByText("All 20,000 records can be changed."))
    .waitFor()
  await page.getByRole("button", { name: /^Change 20,?000 records$/ }).click()
  const bar = page.getByRole("progressbar", { name: "Changing 20,000 records" })
  await bar.waitFor()
  await page.getByText(/^[\d,]+ of 20,000 · \d+ %$/).waitFor()
  await page.waitForFunction(
    () => Number(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")) >= 20,
  )

  // What began it is closed: it goes on, and can be ended, where the selection is told of.
  await page.keyboard.press("Escape")
  await page.getByRole("dialog").waitFor({ state: "detached" })
  await bar.waitFor()
  await page.getByRole("button", { name: "Cancel" }).click()
  const told = page.getByText(/^Cancelled\. [\d,]+ records were changed before\.$/)
  await told.waitFor()
  const counted = async () =>
    ((await ask("GET", "/api/_/records/articles/count/?filter=views==77")).body as { count: number }).count
  const before = await counted()
  assert.ok(before > 0 && before < 20_000, `${before} were changed`)
  await page.getByRole("button", { name: "Undo" }).click()
  await page.getByText(/records are as before\.$/).waitFor()
  assert.equal(await counted(), 0)
  await close()
})

test("a large group is summed up by the server, in the list and by itself", async () => {
  // The articles of the test before: imported as one group, whose changes would fill pages of the list.
  await ask("PATCH", "/api/_/records/articles/1/", { views: 4321 })
  const { page, close } = await visit(server, "/activity", "admin")
  const imported = page.getByRole("link", { name: /imported: 20,000 articles added/ })
  await imported.waitFor()
  // What was done before it is in the list as well, without going on.
  await page
    .getByRole("link", { name: /changed tag|added|changed article/ })
    .nth(1)
    .waitFor()
  await imported.click()
  await page.getByRole("heading", { name: /imported: 20,000 articles added/ }).waitFor()
  await page.getByRole("button", { name: "Show more changes" }).waitFor()
  await close()
})
