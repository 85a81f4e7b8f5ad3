// From an empty folder to an application, by the screens alone and with few actions.
import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import type { Locator, Page } from "playwright-core"
import { api, setupLink, startServer, visit } from "./harness.ts"

const most = 70
const owner = { username: "ada", password: "ada-Pass-12345" }

/** What a person does, counted: a click, a value typed, a key, a file chosen. */
class Hands {
  count = 0
  readonly done: string[] = []
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  async click(target: Locator) {
    this.act(`click ${target}`)
    await target.click()
  }

  async type(text: string) {
    this.act(`type ${text}`)
    await this.page.keyboard.type(text)
  }

  async key(key: string) {
    this.act(key)
    await this.page.keyboard.press(key)
  }

  /** Presses a button that asks for a file, and chooses one: two actions. */
  async choose(button: Locator, file: string) {
    const chooser = this.page.waitForEvent("filechooser")
    await this.click(button)
    this.act(`choose ${file}`)
    await (await chooser).setFiles(file)
  }

  private act(what: string) {
    this.count++
    this.done.push(what)
    assert.ok(this.count <= most, `more than ${most} actions:\n${this.done.join("\n")}`)
  }
}

/** A field in the row for a new one: its name, and its type found by a word. */
async function field(hands: Hands, name: string, type?: string) {
  await hands.type(name)
  if (!type) return hands.key("Enter")
  await hands.key("Tab")
  await hands.type(type)
  await hands.key("Enter")
}

async function collectionFrom(hands: Hands, file: string) {
  const { page } = hands
  await hands.click(page.getByRole("main").getByRole("button", { name: "Choose a file" }))
  await page.getByText("Drop a file here.").waitFor()
  await hands.choose(page.getByRole("button", { name: "Choose a file" }), file)
  await page.getByRole("textbox", { name: "Name of the collection" }).waitFor()
  await hands.key("Control+Enter")
  await page.getByRole("button", { name: "Make the collection and import" }).waitFor()
  await hands.key("Control+Enter")
  await page.getByText("All rows are imported.").waitFor()
}

async function applied(hands: Hands, sentence: RegExp) {
  const { page } = hands
  await page.getByText(sentence).first().waitFor()
  await page.getByRole("button", { name: /^Apply \d+ change/ }).waitFor()
  await hands.key("Control+Enter")
  await page.getByText(/^Applied/).waitFor()
}

test("three collections, two roles, imported data, a saved view and a reverted mistake", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "couplet-journey-"))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const files = mkdtempSync(join(tmpdir(), "couplet-journey-files-"))
  after(() => rmSync(files, { recursive: true, force: true }))
  const authors = join(files, "authors.csv")
  const loans = join(files, "loans.csv")
  writeFileSync(authors, "name,email\nUrsula Vernon,uv@example.com\nNoor Iqbal,noor@example.com\n")
  writeFileSync(loans, "reader,due\nBo,2026-03-01\nCy,2026-04-15\nDee,2026-05-20\n")
  const server = await startServer({ project: folder, data: join(folder, "data") })
  const link = await setupLink(server)
  const { page, close } = await visit(server, link, null)
  const hands = new Hands(page)
  const cell = (name: string | RegExp) => page.getByRole("gridcell", { name })
  const sidebar = page.getByRole("complementary", { name: "Navigation" })

  // The first account.
  await page.getByLabel("Username").waitFor()
  await hands.type(owner.username)
  await hands.click(page.getByLabel("Password"))
  await hands.type(owner.password)
  await hands.key("Enter")

  // One collection and its rows from a file.
  await page.getByText("Bring a table.").waitFor()
  await collectionFrom(hands, authors)

  // One by its fields, with a relation; its grid has the cursor, and its first record is made there.
  await hands.key("Control+K")
  await hands.type("new coll")
  await page.getByRole("menuitem", { name: /New collection/ }).waitFor()
  await hands.key("Enter")
  await page.getByLabel("Name of the collection").waitFor()
  await hands.type("Books")
  await hands.key("Enter")
  await page.getByRole("grid", { name: "Fields" }).getByLabel("Name").waitFor()
  await field(hands, "title")
  await field(hands, "author", "to one: authors")
  await hands.key("Home")
  await field(hands, "price", "decimal")
  await page.getByText("Draft saved").waitFor()
  await hands.key("Control+Enter")
  await applied(hands, /Create collection books/)
  await page.getByText("No books yet.").waitFor()
  await hands.key("Shift+Enter")
  await page.getByRole("textbox", { name: "Title" }).waitFor()
  await hands.type("The Left Margin")
  await hands.key("Tab")
  await hands.type("Noor")
  await hands.key("Enter")
  await page
    .getByRole("button", { name: "Open Noor Iqbal" })
    .or(page.getByRole("link", { name: "Open Noor Iqbal" }))
    .waitFor()
  await hands.key("Tab")
  await hands.key("Tab")
  await hands.type("12.50")
  await hands.key("Control+Enter")
  await cell(/The Left Margin/).waitFor()

  // A third from a file.
  await hands.click(sidebar.getByRole("link", { name: "New collection" }))
  await collectionFrom(hands, loans)

  // Two roles.
  await hands.click(sidebar.getByRole("link", { name: "Access" }))
  await hands.click(page.getByRole("button", { name: "New role" }))
  await hands.type("Librarians")
  await hands.key("Enter")
  await hands.click(page.getByRole("button", { name: "New role" }))
  await hands.type("Readers")
  await hands.key("Enter")
  await hands.click(cell("Books, Librarians, View: none"))
  await hands.key("Space")
  await hands.key("ArrowRight")
  await hands.key("Space")
  await hands.click(cell("Books, Readers, View: none"))
  await hands.key("Space")
  await page.getByText(/changes, not applied/).waitFor()
  await hands.click(page.getByRole("button", { name: "Review plan" }))
  await applied(hands, /Role/)

  // A saved view.
  await hands.click(sidebar.getByRole("link", { name: "Books" }))
  await cell(/The Left Margin/).waitFor()
  await hands.key("Control+Shift+F")
  await page.getByRole("textbox", { name: "Show records for which" }).waitFor()
  await hands.type("price > 10")
  await hands.key("Enter")
  await page
    .getByRole("button", { name: /Price .*10/ })
    .first()
    .waitFor()
  await hands.key("Control+S")
  await page.getByRole("textbox", { name: "Name" }).waitFor()
  await hands.type("Dear ones")
  await hands.key("Enter")
  await sidebar.getByRole("link", { name: "Dear ones" }).waitFor()

  await page.waitForURL(/view=/)
  await page.waitForLoadState("networkidle")

  // A mistake, and the way back.
  await hands.click(cell(/The Left Margin/))
  await hands.type("Oh")
  await hands.key("Enter")
  await cell(/Oh/).waitFor()
  await page.waitForLoadState("networkidle")
  await hands.click(cell(/Oh/))
  await hands.key("Control+Z")
  await cell(/The Left Margin/).waitFor()
  t.diagnostic(`${hands.count} actions`)
  await close()

  const ask = await api(server, owner)
  const { document } = (await ask("GET", "/api/_/schema/")).body as {
    document: {
      collections: { [name: string]: { fields: { [name: string]: { type: string; to?: string } } } }
      roles: { [name: string]: { [collection: string]: unknown } }
    }
  }
  assert.deepEqual(Object.keys(document.collections).sort(), ["authors", "books", "loans"])
  assert.equal(document.collections.books?.fields.author?.to, "authors")
  assert.equal(document.collections.loans?.fields.due?.type, "date")
  assert.deepEqual(Object.keys(document.roles).sort(), ["librarians", "readers"])
  const rows = async (name: string) =>
    ((await ask("GET", `/api/_/records/${name}/`)).body as { results: { [field: string]: unknown }[] })
      .results
  assert.equal((await rows("authors")).length, 2)
  assert.equal((await rows("loans")).length, 3)
  const [book] = await rows("books")
  assert.deepEqual([book?.title, book?.author, book?.price], ["The Left Margin", 2, "12.50"])
  const views = (await ask("GET", "/api/_/views/?collection=books")).body as {
    name: string
    filter: string
  }[]
  assert.deepEqual(
    views.map(({ name, filter }) => [name, filter]),
    [["Dear ones", "price > 10"]],
  )
  // schema.json is written by `couplet schema pull` alone; the migrations are there at once.
  assert.ok(readdirSync(folder).includes("migrations"), "what was made is in the project folder")
})
