import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { fileURLToPath } from "node:url"
import type { Page } from "playwright-core"
import { api, type Server, startServer, visit } from "./harness.ts"

interface Schema {
  hash: string
  document: { collections: Record<string, { id: string; fields: Record<string, Record<string, unknown>> }> }
}

async function schemaOf(server: Server, who: Parameters<typeof api>[1] = "admin"): Promise<Schema> {
  const ask = await api(server, who)
  return (await ask("GET", "/api/_/schema/")).body as Schema
}

const saved = (page: Page) => page.getByText("Draft saved").waitFor()
const cell = (page: Page, field: string, column: string) =>
  page.getByRole("row", { name: new RegExp(`\\b${field}\\b`) }).locator(`[data-column="${column}"]`)

async function apply(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Apply \d+ change/ }).click()
  await page.getByText(/^Applied/).waitFor()
}

/** A project without collections, and somebody who may do everything in it. */
async function emptyProject(): Promise<{ server: Server; owner: { username: string; password: string } }> {
  const project = mkdtempSync(join(tmpdir(), "couplet-e2e-project-"))
  after(() => rmSync(project, { recursive: true, force: true }))
  const data = join(project, "data")
  const owner = { username: "ada", password: "ada-Pass-12345" }
  const server = await startServer({ project, data })
  const create = ["user", "create", "ada", "--superuser", "--project", project, "--data", data]
  const executable = process.env.COUPLET ?? fileURLToPath(new URL("../../couplet", import.meta.url))
  await server.restart(async () => {
    execFileSync(executable, create, { input: `${owner.password}\n`, stdio: "pipe" })
  })
  return { server, owner }
}

test("the first collection of an empty project by keyboard: name, fields as rows, plan, apply, its grid", async () => {
  const { server, owner } = await emptyProject()
  const { page, close } = await visit(server, "/schema?new=1", owner)
  await page.getByLabel("Name of the collection").waitFor()
  await page.keyboard.type("Opening Hours")
  await page.keyboard.press("Enter")
  await page.getByRole("grid", { name: "Fields" }).waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Name")
  await page.keyboard.type("Day")
  await page.keyboard.press("Enter")
  await page.keyboard.type("notes")
  await page.keyboard.press("Tab")
  await page.keyboard.type("long")
  await page.keyboard.press("Enter")
  await page.keyboard.press("Home")
  await page.keyboard.type("author")
  await page.keyboard.press("Tab")
  await page.keyboard.type("to one: user")
  await page.keyboard.press("Enter")
  await saved(page)
  await page.keyboard.press("Control+Enter")
  await page.getByText("Create collection opening_hours.").waitFor()
  await page.keyboard.press("Control+Enter")
  await page.getByText(/^Applied/).waitFor()
  await page.waitForURL("**/data/opening_hours")
  const { fields } = (await schemaOf(server, owner)).document.collections.opening_hours as { fields: object }
  assert.deepEqual(
    Object.entries(fields).map(([name, { type, to }]) => [name, type, to]),
    [
      ["day", "char", undefined],
      ["notes", "text", undefined],
      ["author", "foreign_key", "users"],
    ],
  )
  await close()
})

test("a collection and its first record by mouse: what is typed is kept, and a box not ticked says no", async () => {
  const { server, owner } = await emptyProject()
  const { page, close } = await visit(server, "/schema?new=1", owner, { expected: /status of 400/ })
  await page.getByLabel("Name of the collection").fill("guests")
  await page.getByRole("button", { name: "Describe its fields" }).click()
  const name = page.getByRole("grid", { name: "Fields" }).getByLabel("Name")
  await name.waitFor()
  const more = page.getByRole("button", { name: "Add a field" })
  for (const field of ["name", "vegan"]) {
    await page.keyboard.type(field)
    await more.click()
    await page.waitForFunction(() => document.activeElement?.matches("input[aria-label=Name][value='']"))
  }
  await cell(page, "vegan", "type").dblclick()
  await page.getByRole("option", { name: "Yes or no" }).click()
  await saved(page)
  await page.getByRole("button", { name: "Review plan" }).click()
  await apply(page)
  await page.getByRole("button", { name: "New guest" }).click()
  await page.getByRole("button", { name: "Create guest" }).click()
  await page.getByText("This field may not be blank.").or(page.getByText("This field is required.")).waitFor()
  await page.getByLabel("Name").fill("Grace")
  await page.getByRole("button", { name: "Create guest" }).click()
  await page.getByRole("gridcell", { name: /Grace/ }).waitFor()
  const ask = await api(server, owner)
  const { results } = (await ask("GET", "/api/_/records/guests/")).body as { results: object[] }
  const rows = results.map((row) => ("name" in row && "vegan" in row ? [row.name, row.vegan] : row))
  assert.deepEqual(rows, [["Grace", false]])
  await close()
})

test("what loses data needs the count typed, and its revert brings the data back", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const before = (await ask("GET", "/api/_/records/articles/?limit=50")).body as {
    results: { body: string }[]
  }
  const { page, close } = await visit(server, "/schema/articles", "admin")
  await cell(page, "body", "name").click()
  await page.keyboard.press("Delete")
  await saved(page)
  await page.getByRole("button", { name: "Review plan" }).click()
  await page.getByText(/Drop field body of articles/).waitFor()
  const button = page.getByRole("button", { name: /^Apply \d+ change/ })
  assert.equal(await button.isDisabled(), true)
  await page.getByLabel("Type 32 to agree").fill("31")
  assert.equal(await button.isDisabled(), true)
  await page.getByLabel("Type 32 to agree").fill("32")
  await apply(page)
  assert.equal((await schemaOf(server)).document.collections.articles?.fields.body, undefined)
  await page.getByRole("button", { name: "Revert", exact: true }).first().click()
  await page.getByRole("button", { name: "Revert the change" }).click()
  await page.getByText(/is taken back/).waitFor()
  const after = (await ask("GET", "/api/_/records/articles/?limit=50")).body as {
    results: { body: string }[]
  }
  assert.deepEqual(
    after.results.map(({ body }) => body),
    before.results.map(({ body }) => body),
  )
  await close()
})

test("a renamed field is the same field, with its data, and the lists that name it follow", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const id = (await schemaOf(server)).document.collections.articles?.fields.title?.id
  const before = (await ask("GET", "/api/_/records/articles/?limit=50")).body as {
    results: { title: string }[]
  }
  const { page, close } = await visit(server, "/schema/articles", "admin")
  await cell(page, "title", "name").click()
  await page.keyboard.press("Enter")
  await page.keyboard.type("headline")
  await page.keyboard.press("Enter")
  await saved(page)
  await page.getByRole("button", { name: "Review plan" }).click()
  await page.getByText("Field headline of articles was called title.").waitFor()
  await apply(page)
  const { articles } = (await schemaOf(server)).document.collections
  assert.equal(articles?.fields.headline?.id, id)
  const after = (await ask("GET", "/api/_/records/articles/?limit=50")).body as {
    results: { headline: string }[]
  }
  assert.deepEqual(
    after.results.map(({ headline }) => headline),
    before.results.map(({ title }) => title),
  )
  await close()
})

test("a draft whose base has moved is rebased, and somebody chooses where both changed one place", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const { page, close } = await visit(server, "/schema/articles?field=title", "admin")
  await page.getByLabel("Most characters").fill("200")
  await page.getByLabel("Most characters").press("Enter")
  await saved(page)
  const force = await schemaOf(server)
  const title = force.document.collections.articles?.fields.title
  if (title) title.max_length = 150
  const put = await ask(
    "PUT",
    "/api/_/schema/",
    { document: force.document },
    { "If-Match": `"${force.hash}"` },
  )
  assert.equal(put.status, 200, JSON.stringify(put.body))
  await page.getByText("The schema in force is another one now.").waitFor()
  await page.getByRole("button", { name: "Rebase the draft" }).click()
  await page.getByText("collections.articles.fields.title.max_length").waitFor()
  assert.equal(await page.getByRole("button", { name: "Rebase the draft" }).isDisabled(), true)
  await page.getByRole("radio", { name: /Mine/ }).click({ force: true })
  await page.getByRole("button", { name: "Rebase the draft" }).click()
  await page.getByText("The draft is based on the schema in force.").waitFor()
  await apply(page)
  assert.equal((await schemaOf(server)).document.collections.articles?.fields.title?.max_length, 200)
  await close()
})
