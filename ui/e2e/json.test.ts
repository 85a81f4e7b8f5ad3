// JSON in a record's form and in a cell of the grid: stored digit for digit, and what is no JSON is told with its place.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { becomes, startServer, type Visit, visit } from "./harness.ts"

const server = await startServer()
// Fractions are the server's floats; whole numbers have any number of digits.
const odd = '{"big":9007199254740993,"dec":1.5,"text":"a\\nb","list":[1,{"deep":null}]}'
const other = '{"n":12345678901234567890}'

/** What the server has in a field, as it is written in its answer. */
async function stored(
  { context }: Visit,
  name: string,
  key: number | string,
  of = "articles",
): Promise<string> {
  const answer = await context.request.get(`/api/_/records/${of}/${key}/?fields=${name}`)
  const text = await answer.text()
  const from = text.indexOf(`"${name}":`) + name.length + 3
  for (let to = from + 1; to <= text.length; to++) {
    const part = text.slice(from, to)
    if (/^[,}]/.test(text.slice(to)) && valid(part)) return part
  }
  throw new Error(`no ${name} in ${text}`)
}

function valid(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Writes as somebody else would. */
async function write({ context }: Visit, key: number, body: string): Promise<void> {
  const token = (await context.cookies()).find((one) => one.name === "csrftoken")?.value ?? ""
  const headers = { "X-CSRFToken": token, "Content-Type": "application/json" }
  const answer = await context.request.patch(`/api/_/records/articles/${key}/`, { data: body, headers })
  assert.equal(answer.status(), 200, await answer.text())
}

const field = (page: Page) => page.getByRole("textbox", { name: "Meta" })
const unsaved = (page: Page) => page.getByText(/unsaved field/)

async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s")
  await unsaved(page).waitFor({ state: "detached" })
}

test("the form stores JSON as it was typed, and tells at once where it is none, with nothing lost", async () => {
  const mine = await visit(server, "/data/articles/1", "admin")
  const { page, close } = mine
  await field(page).fill(odd)
  await save(page)
  assert.equal(await stored(mine, "meta", 1), odd)
  await page.getByRole("button", { name: "Format Meta" }).click()
  assert.equal((await field(page).inputValue()).split("\n")[1], '  "big": 9007199254740993,')
  await save(page)
  assert.equal(await stored(mine, "meta", 1), odd)
  const wrong = '{\n  "a": 1\n  "b": 2\n}'
  await page.getByRole("textbox", { name: "Title" }).fill("Typed meanwhile")
  await field(page).fill(wrong)
  const told = page.getByText("This is no JSON yet. Line 3, column 3: a comma or } is missing.")
  await told.waitFor()
  await becomes(() => field(page).getAttribute("aria-invalid"), "true")
  await page.keyboard.press("Control+s")
  await page.getByText("2 unsaved fields").waitFor()
  await told.waitFor()
  assert.equal(await field(page).inputValue(), wrong)
  assert.equal(await page.getByRole("textbox", { name: "Title" }).inputValue(), "Typed meanwhile")
  assert.equal(await stored(mine, "meta", 1), odd)
  assert.notEqual(await stored(mine, "title", 1), '"Typed meanwhile"')
  await field(page).fill('{"a": 1,\n"b": [')
  await page.getByText("Line 2, column 7: a value is missing.").waitFor()
  await field(page).press("End")
  await page.keyboard.type("2]}")
  await page.getByText("This is no JSON yet.").waitFor({ state: "detached" })
  await save(page)
  assert.equal((await stored(mine, "meta", 1)).replace(/\s/g, ""), '{"a":1,"b":[2]}')
  assert.equal(await stored(mine, "title", 1), '"Typed meanwhile"')
  await close()
})

test("what the server does not take as JSON stands at the field in its words", async () => {
  const mine = await visit(server, "/data/articles/2", "admin", { expected: /400/ })
  const { page, close } = mine
  const before = await stored(mine, "meta", 2)
  await field(page).fill("")
  await page.keyboard.press("Control+s")
  await page.getByText("This field may not be null.").waitFor()
  await unsaved(page).waitFor()
  assert.equal(await stored(mine, "meta", 2), before)
  await close()
})

test("a cell keeps every digit of JSON that is edited, copied, pasted and filled down", async () => {
  const mine = await visit(server, "/me", "admin")
  const { page, context, close } = mine
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await write(mine, 3, `{"meta":${odd}}`)
  await page.goto("/admin/data/articles?order=id&cols=title!,meta")
  const cell = (row: number) => page.locator(`[data-row="${row}"] [data-column="1"]`)
  const rests = (row: number) =>
    page.locator(`[data-row="${row}"] [data-column="1"]:not([data-state])`).waitFor()
  await cell(2).getByText(odd).waitFor()
  await cell(2).click()
  await page.keyboard.press("Control+c")
  await cell(3).click()
  await page.keyboard.press("Control+v")
  await becomes(() => stored(mine, "meta", 4), odd)
  await rests(3)
  await cell(3).getByText(odd).waitFor()
  await cell(3).click()
  await page.keyboard.press("Shift+ArrowDown")
  await page.keyboard.press("Control+d")
  await becomes(() => stored(mine, "meta", 5), odd)
  await cell(2).click()
  await page.keyboard.press("Enter")
  const editor = page.getByRole("textbox", { name: "Meta" })
  await becomes(async () => (await editor.inputValue()).replace(/\n */g, "").replaceAll('": ', '":'), odd)
  await editor.press("Control+Home")
  await page.keyboard.press("ArrowRight")
  await page.keyboard.type('"more": -12345678901234567890,')
  await page.keyboard.press("Enter")
  await becomes(() => stored(mine, "meta", 3), odd.replace("{", '{"more":-12345678901234567890,'))
  await rests(2)
  await page.keyboard.press("Control+z")
  await becomes(() => stored(mine, "meta", 3), odd)
  await close()
})

test("a cell that is left with what is no JSON keeps it to be mended", async () => {
  const mine = await visit(server, "/data/articles?order=id&cols=title!,meta", "admin")
  const { page, close } = mine
  const before = await stored(mine, "meta", 6)
  const cell = page.locator('[data-row="5"] [data-column="1"]')
  await cell.click()
  await page.keyboard.type('{"a": }')
  const editor = page.getByRole("textbox", { name: "Meta" })
  await page.keyboard.press("Enter")
  await page.getByText("Line 1, column 7: a value is missing.").waitFor()
  assert.equal(await editor.inputValue(), '{"a": }')
  await page.locator('[data-row="8"] [data-column="0"]').click()
  await page.locator('[data-row="5"] [data-column="1"][data-state="failed"]').waitFor()
  await cell.getByText('{"a": }', { exact: true }).waitFor()
  assert.equal(await stored(mine, "meta", 6), before)
  await cell.click()
  await page.keyboard.press("F2")
  await becomes(() => editor.inputValue(), '{"a": }')
  await editor.fill(other)
  await page.keyboard.press("Enter")
  await page.locator('[data-row="5"] [data-column="1"]:not([data-state])').waitFor()
  await becomes(() => stored(mine, "meta", 6), other)
  await cell.getByText(other).waitFor()
  await close()
})

test("one JSON value for many records is told where it is none, and stored digit for digit", async () => {
  const mine = await visit(server, "/data/articles?order=id", "admin")
  const { page, close } = mine
  await page.getByRole("gridcell").filter({ hasText: "Python packaging notes" }).click()
  await page.keyboard.press("Shift+Space")
  await page.getByRole("button", { name: "Edit a field" }).click()
  await page.keyboard.type("Meta")
  await page.getByRole("option", { name: "Meta" }).click()
  const value = page.getByRole("textbox", { name: "Value" })
  await value.fill("[1 2]")
  await page.getByText("Line 1, column 4: a comma or ] is missing.").waitFor()
  await value.fill(other)
  await page.getByRole("button", { name: "Check the change" }).click()
  await page.getByRole("button", { name: "Change 1 record" }).click()
  await becomes(() => stored(mine, "meta", 3), other)
  await close()
})
