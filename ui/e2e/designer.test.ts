// The designer's other tabs: indexes, what is unique together and checks hold once they are applied; a resource answers
// at its address as it was described. Both are changed and taken away again, and mistakes are told where they are.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer()
const ask = await api(server, "admin")

interface Part {
  [name: string]: unknown
}

interface Force {
  hash: string
  document: { collections: { [name: string]: Part }; resources: { [name: string]: Part } }
}

const force = async () => (await ask("GET", "/api/_/schema/")).body as Force

const before = await force()
before.document.collections.seats = {
  fields: {
    hall: { type: "char" },
    row: { type: "integer", default: 1 },
    number: { type: "integer" },
    note: { type: "char", blank: true },
    price: { type: "decimal", max_digits: 6, decimal_places: 2, null: true },
  },
}
before.document.collections.halls = { fields: { name: { type: "char" } } }
const put = await ask("PUT", "/api/_/schema/", before, { "If-Match": `"${before.hash}"` })
assert.equal(put.status, 200, JSON.stringify(put.body))

const seat = async (hall: string, row: number, number: number) => {
  const { status, body } = await ask("POST", "/api/_/records/seats/", { hall, row, number })
  return status === 201 ? "added" : (body as Part)
}

/** What the schema in force says of the seats, or of a resource. */
const inForce = async (what: "collections" | "resources", name: string) => {
  const { id, ...rest } = (await force()).document[what][name] ?? {}
  return rest
}

const named = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
  )

/** Looks at the plan, which says and does these things, and applies it. */
async function apply(page: Page, sentences: string[], sql: RegExp): Promise<void> {
  await page.getByRole("button", { name: "Review plan" }).click()
  const what = page.getByRole("region", { name: "What it does" })
  for (const sentence of sentences) await what.getByText(sentence, { exact: true }).waitFor()
  assert.match((await page.getByLabel("What the database is told").textContent()) ?? "", sql)
  await page.getByRole("button", { name: /^Apply \d+ change/ }).click()
  await page.waitForURL(/\/admin\/schema$/)
}

test("an index, a set of fields and a check are added, hold, are changed and taken away", async () => {
  const { page, close } = await visit(server, "/schema/seats?tab=indexes", "admin")
  const part = (heading: string) =>
    page.locator("section").filter({ has: page.getByRole("heading", { name: heading, exact: true }) })
  const [indexes, sets, checks] = ["Indexes", "Unique together", "Checks"].map(part)
  assert.ok(indexes && sets && checks)

  // By keyboard; a mistake is told at its line, and mended there.
  await page.getByRole("button", { name: "Add an index" }).press("Enter")
  await page.keyboard.type("hall, -rwo")
  await page.keyboard.press("Enter")
  await becomes(() => named(page), "Add an index")
  const fields = indexes.getByLabel("Fields")
  await indexes.getByText('seats has no field "rwo". Did you mean "row"?').waitFor()
  assert.equal(await fields.getAttribute("aria-invalid"), "true")
  await fields.fill("hall, -row")
  await fields.press("Enter")
  await becomes(() => indexes.getByText(/has no field/).count(), 0)

  // What one goes on from counts; Escape gives it up.
  await page.getByRole("button", { name: "Add a set of fields" }).click()
  await page.keyboard.type("hall, row, number")
  await page.getByRole("button", { name: "Add a check" }).click()
  await page.keyboard.press("Escape")
  await becomes(() => checks.getByRole("textbox").count(), 0)
  await page.getByRole("button", { name: "Add a check" }).click()
  await page.keyboard.type("number > 0")
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await checks.getByLabel("Message").fill("Seats are numbered from 1.")
  await checks.getByLabel("Belongs to the field").fill("nummer")
  await checks.getByLabel("Belongs to the field").press("Enter")
  await checks.getByText('seats has no field "nummer". Did you mean "number"?').waitFor()
  await checks.getByLabel("Belongs to the field").fill("number")
  await checks.getByLabel("Belongs to the field").press("Enter")
  await becomes(() => checks.getByText(/has no field/).count(), 0)
  await apply(
    page,
    [
      "Create index seats_hall_row_idx.",
      "Make hall, row, number unique in seats.",
      "Collection seats has other options: indexes, unique_together, checks.",
    ],
    /CREATE UNIQUE INDEX .*CREATE INDEX `seats_hall_row_idx` ON `seats` \(`hall`, `row` DESC\);/s,
  )
  const { indexes: index, unique_together, checks: check } = await inForce("collections", "seats")
  assert.deepEqual(index, [["hall", "-row"]])
  assert.deepEqual(unique_together, [["hall", "row", "number"]])
  assert.deepEqual(check, [{ expr: "number > 0", message: "Seats are numbered from 1.", field: "number" }])
  assert.equal(await seat("A", 1, 1), "added")
  const twice = { non_field_errors: ["The fields hall, row, number must make a unique set."] }
  assert.deepEqual(await seat("A", 1, 1), twice)
  assert.deepEqual(await seat("A", 1, 0), { number: ["Seats are numbered from 1."] })
  assert.equal(await seat("A", 2, 2), "added")

  // Changed: another name, other fields; one of them goes.
  await page.goto("/admin/schema/seats?tab=indexes")
  await indexes.getByLabel("Name").fill("seats_by_hall")
  await sets.getByLabel("Fields").fill("hall, number")
  await page.getByRole("button", { name: "Delete check 1" }).press("Enter")
  await becomes(() => named(page), "Add a check")
  await apply(page, ["Make hall, number unique in seats."], /INDEX `seats_by_hall`/)
  assert.deepEqual(await inForce("collections", "seats").then((now) => [now.indexes, now.checks]), [
    [{ fields: ["hall", "-row"], name: "seats_by_hall" }],
    undefined,
  ])
  assert.equal(await seat("A", 1, 0), "added")
  assert.deepEqual(Object.keys((await seat("A", 3, 2)) as Part), ["non_field_errors"])

  await page.goto("/admin/schema/seats?tab=indexes")
  await page.getByRole("button", { name: "Delete index 1" }).click()
  await page.getByRole("button", { name: "Delete set 1" }).click()
  await apply(page, ["Drop index seats_by_hall."], /DROP INDEX "seats_by_hall";/)
  const left = await inForce("collections", "seats")
  assert.deepEqual([left.indexes, left.unique_together], [undefined, undefined])
  assert.equal(await seat("A", 2, 2), "added")
  await close()
})

/** Asks the public API: as nobody, or as the admin. */
async function list(path: string, who: "nobody" | "admin" = "admin") {
  const answer =
    who === "admin"
      ? await ask("GET", path)
      : await fetch(server.url + path).then(async ({ status }) => ({ status }))
  const body = ("body" in answer ? answer.body : {}) as { count?: number; results?: Part[] }
  return { status: answer.status, count: body.count, rows: body.results ?? [] }
}

const numbers = async (path: string) => (await list(path)).rows.map(({ number }) => number)

test("a resource is described, answers as described, is changed and taken away", async () => {
  for (const hall of ["B", "C"])
    for (const number of [11, 12, 13]) assert.equal(await seat(hall, 1, number), "added")
  const { page, close } = await visit(server, "/schema/seats?tab=resources", "admin")
  await page.getByText("No resource is declared: /api/seats/ shows all fields.").waitFor()
  await page.getByRole("button", { name: "Declare a resource" }).click()
  const text = async (label: string, value: string, keys = "Enter") => {
    await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByLabel(label, { exact: true }).press(keys)
  }

  // Its address: no two have the same, nor that of what another collection has by itself.
  await becomes(
    () => page.getByLabel("Address", { exact: true }).evaluate((input) => input === document.activeElement),
    true,
  )
  for (const taken of ["feed", "halls"]) {
    await text("Address", taken)
    await page.getByText(`There is a resource ${taken} already.`).waitFor()
  }
  await text("Address", "places")
  await page.getByRole("heading", { name: "/api/places/" }).waitFor()

  // Its fields: which, in which order, what may be done with them.
  await page.getByRole("button", { name: "Choose the fields" }).click()
  await page.getByRole("button", { name: "Delete price" }).click()
  const up = page.getByRole("button", { name: "Move number up" })
  await up.focus()
  await page.keyboard.press("Enter")
  await page.keyboard.press("Enter")
  await becomes(() => named(page), "Move number up")
  await page.keyboard.press("Enter") // now it is the first one, and can only go down
  await becomes(() => named(page), "Move number down")
  await page.getByRole("button", { name: /Writing note/ }).click()
  await page.getByRole("option", { name: "Read-only", exact: true }).click()
  await text("Name of field 2", "idd")
  await page.getByRole("table").getByText('seats has no field "idd".').waitFor()
  await text("Name of field 2", "id")
  await becomes(() => page.getByText(/has no field/).count(), 0)

  // Its lists, and who may ask for them.
  await text("Checks of what is written", '[{"expr": "number > 0"', "Control+Enter")
  await page.getByText("This is no JSON yet. Line 1, column 23: a comma or } is missing.").waitFor()
  await text("Checks of what is written", "", "Control+Enter")
  const filters = page.getByRole("group", { name: "Filters" })
  await filters.getByRole("button", { name: "Add a filter" }).click()
  await text("Field", "hal")
  await filters.getByText('seats has no field "hal"').waitFor()
  await text("Field or name", "hall")
  await text("Lookups", "exact, inn")
  await filters.getByText('The lookup "inn" does not apply to type char. Did you mean "in"?').waitFor()
  await text("Lookups", "exact, in")
  await becomes(() => filters.getByRole("alert").count(), 0)
  await filters.getByRole("button", { name: "Add a filter" }).click()
  await text("Field", "upto")
  await filters.getByRole("button", { name: /Kind/ }).last().click()
  await page.getByRole("option", { name: "lookup", exact: true }).click()
  await text("Field", "number")
  await text("Lookup", "lt!")
  await filters.getByText(/The lookup "lt!" does not apply/).waitFor()
  await text("Lookup", "lte")
  await text("Search looks in", "=hall")
  await text("Ordering", "-nummer")
  await page.getByText('seats has no field "nummer". Did you mean "number"?').waitFor()
  await text("Ordering", "-number, id")
  await text("May be ordered by", "number")
  await text("Records on a page", "two")
  await page.getByText("It must be a whole number.").waitFor()
  await text("Records on a page", "2")
  await page.getByRole("button", { name: /Permission/ }).click()
  await page.getByRole("option", { name: "is_authenticated", exact: true }).click()
  await becomes(() => page.getByText(/has no field/).count(), 0)
  await apply(page, ["Resource places is new."], /No table is touched/)
  assert.deepEqual(await inForce("resources", "places"), {
    collection: "seats",
    fields: ["number", "id", "hall", "row", { name: "note", read_only: true }],
    filters: { hall: ["exact", "in"], upto: { type: "lookup", field: "number", lookup: "lte" } },
    search_fields: ["=hall"],
    ordering: ["-number", "id"],
    ordering_fields: ["number"],
    pagination: { page_size: 2 },
    permission: "is_authenticated",
  })
  assert.equal((await list("/api/places/", "nobody")).status, 401)
  const first = await list("/api/places/")
  assert.deepEqual(
    [first.rows.length, Object.keys(first.rows[0] ?? {})],
    [2, ["number", "id", "hall", "row", "note"]],
  )
  assert.deepEqual(await numbers("/api/places/?page=2&hall=B"), [11])
  assert.deepEqual(await numbers("/api/places/?page=2&hall__in=B,C&upto=12"), [11, 11])
  assert.deepEqual(await numbers("/api/places/?search=c&ordering=number"), [11, 12])
  // What is no filter, and what it may not be ordered by, says nothing, as in Django REST Framework.
  assert.deepEqual(await numbers("/api/places/?row=99&ordering=hall"), await numbers("/api/places/"))
  const made = await ask("POST", "/api/places/", { hall: "D", number: 1, note: "Mine" })
  assert.deepEqual([made.status, (made.body as Part).note], [201, ""])

  await page.goto("/admin/schema/seats?tab=resources")
  await text("Address", "chairs")
  await page.getByRole("button", { name: "Move id up" }).click()
  await page.getByRole("button", { name: /Pagination/ }).click()
  await page.getByRole("option", { name: "limit_offset" }).click()
  await text("Records on a page", "4")
  await page.getByRole("button", { name: /Permission/ }).click()
  await page.getByRole("option", { name: "is_authenticated_or_read_only", exact: true }).click()
  await apply(page, ["Resource chairs was called places."], /No table is touched/)
  assert.equal((await list("/api/places/")).status, 404)
  assert.equal((await list("/api/chairs/", "nobody")).status, 200)
  const changed = await list("/api/chairs/")
  assert.deepEqual([changed.rows.length, Object.keys(changed.rows[0] ?? {})[0]], [4, "id"])

  // Without it the collection shows itself again.
  assert.equal((await list("/api/seats/")).status, 404)
  await page.goto("/admin/schema/seats?tab=resources")
  await page.getByRole("button", { name: "Delete the resource" }).press("Enter")
  await becomes(() => named(page), "Declare a resource")
  await apply(page, ["Resource chairs goes."], /No table is touched/)
  assert.deepEqual(await inForce("resources", "chairs"), {})
  assert.equal((await list("/api/chairs/")).status, 404)
  const all = await list("/api/seats/")
  assert.deepEqual(Object.keys(all.rows[0] ?? {}), ["id", "hall", "row", "number", "note", "price"])
  await close()
})
