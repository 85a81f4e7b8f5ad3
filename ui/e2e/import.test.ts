import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import type { Page } from "playwright-core"
import { api, people, type Server, startServer, visit } from "./harness.ts"

// One browser for all tests of this file: begun here, it ends with the file.
const text = (lines: string[]) => Buffer.from(`${lines.join("\n")}\n`)

async function choose(page: Page, name: string, buffer: Buffer) {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer })
}

async function count(server: Server, collection: string): Promise<number> {
  const ask = await api(server, "admin")
  const { body } = await ask("GET", `/api/_/records/${collection}/count/`)
  return (body as { count: number }).count
}

/** An empty project with one superuser. */
async function emptyServer(): Promise<Server> {
  const project = mkdtempSync(join(tmpdir(), "couplet-project-"))
  after(() => rmSync(project, { recursive: true, force: true }))
  writeFileSync(join(project, "schema.json"), '{"collections": {}}\n')
  const server = await startServer({ project })
  let token: string | undefined
  for (let n = 0; n < 50 && !token; n++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    token = /setup#t=(\w+)/.exec(server.log())?.[1]
  }
  assert.ok(token, `no set-up link in: ${server.log()}`)
  const answer = await fetch(`${server.url}/api/_/setup/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, username: "admin", email: "", password: people.admin }),
  })
  assert.equal(answer.status, 200, await answer.text())
  return server
}

test("a file with bad rows is checked, its good rows imported, and taken back by one click", async () => {
  const server = await startServer()
  const before = await count(server, "tags")
  const { page, close } = await visit(server, "/data/tags/import/new", "admin")
  await choose(page, "tags.csv", text(["Label;slug;Extra", "Red;red-1;1", "Blue;blue-1;2", "Bad;no slug;3"]))
  await page.getByText("red-1 · blue-1 · no slug").waitFor()
  await page.getByRole("button", { name: /Field for Label/ }).click()
  await page.getByRole("option", { name: "Name" }).click()
  assert.match(new URL(page.url()).searchParams.get("columns") ?? "", /"Label":"name"/)
  await page.reload()
  await page.getByRole("button", { name: /Name.*Field for Label|Field for Label.*Name/ }).waitFor()
  await page.keyboard.press("Tab")
  await page.getByRole("button", { name: "Check the rows" }).click()
  await page.getByRole("cell", { name: /Enter a valid "slug"/ }).waitFor()
  assert.equal(await count(server, "tags"), before, "a check writes nothing")
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as CSV" }).click(),
  ])
  assert.match(file.suggestedFilename(), /\.csv$/)
  await page.getByRole("button", { name: "Import the 2 good rows" }).click()
  await page.getByText("The good rows are imported.").waitFor()
  assert.equal(await count(server, "tags"), before + 2)
  await page.reload()
  await page.getByRole("button", { name: "Undo the import" }).click()
  await page.getByText("The import is undone.").waitFor()
  assert.equal(await count(server, "tags"), before)
  await page.getByRole("button", { name: "Redo" }).click()
  await page.getByText("The import is back.").waitFor()
  assert.equal(await count(server, "tags"), before + 2)
  await close()
})

test("a file that cannot be read is refused in the server's words; pasted rows are taken", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/tags/import/new", "admin", {
    expected: /400.*imports\/sniff/,
  })
  await choose(page, "tags.csv", Buffer.from("\ufeffname;slug\n", "utf16le"))
  await page.getByText(/The file is UTF-16/).waitFor()
  await page.getByLabel("Or paste rows").fill("name\tslug\nPasted\tpasted-1\n")
  await page.getByRole("button", { name: "Take these rows" }).click()
  await page.getByText("pasted-1").waitFor()
  await page.keyboard.press("Control+Enter")
  await page.getByText("All rows are good.").waitFor()
  await page.getByRole("button", { name: "Import 1 row" }).click()
  await page.getByText("All rows are imported.").waitFor()
  await close()
})

test("a file that is dropped on the list opens the wizard with it", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/tags", "admin")
  const grid = page.getByRole("grid")
  await grid.waitFor()
  const dataTransfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(["name,slug\nDropped,dropped-1\n"], "tags.csv", { type: "text/csv" }))
    return transfer
  })
  await grid.dispatchEvent("dragover", { dataTransfer })
  await page.getByText("Drop the file to import it.").waitFor()
  await grid.dispatchEvent("drop", { dataTransfer })
  await page.getByText("dropped-1").waitFor()
  assert.match(page.url(), /\/data\/tags\/import\/new\?upload=/)
  await close()
})

test("a mistake of yesterday is reverted, over a change that somebody made since", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const change = async (body: object) => {
    const answer = await ask("PATCH", "/api/_/records/tags/1/", body)
    assert.equal(answer.status, 200)
    return answer.headers.get("Couplet-Changeset")
  }
  const { body } = await ask("GET", "/api/_/records/tags/1/")
  const old = (body as { name: string }).name
  const { page, close } = await visit(server, "/activity?collection=tags", "admin")
  await page
    .getByText(/8 tags added/)
    .or(page.getByText(/added 8 tags/))
    .first()
    .waitFor()
  const mistake = await change({ name: "Mistake" })
  await change({ name: "Since" })
  await page.getByRole("button", { name: "2 new" }).click()
  await page
    .getByText(/changed tag “Since”: name/)
    .first()
    .waitFor()
  await page.locator(`a[href$="${mistake}"]`).click()
  await page.getByText("Mistake").waitFor()
  await page.getByRole("button", { name: "See what a revert would do" }).click()
  await page.getByRole("table", { name: "Conflicts" }).getByText("Since").first().waitFor()
  await page.getByText("Overwrite it with the values before this change").click()
  await page.getByRole("button", { name: "Revert and overwrite 1" }).click()
  await page.getByText("It was reverted.").waitFor()
  const name = async () => ((await ask("GET", "/api/_/records/tags/1/")).body as { name: string }).name
  assert.equal(await name(), old)
  await page.getByRole("button", { name: "Undo" }).click()
  await page.getByText("The revert is undone.").waitFor()
  assert.equal(await name(), "Since")
  await close()
})

test("an editor sees and reverts what editors may, and nothing else", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const person = await ask("PATCH", "/api/_/records/users/2/", { roles: ["editors"] })
  assert.equal(person.status, 200)
  const seen = await ask("PATCH", "/api/_/records/tags/1/", { name: "Seen" })
  assert.equal(seen.status, 200)
  const { page, close } = await visit(server, "/activity", "user")
  await page.getByText(/changed tag “Seen”: name/).waitFor()
  assert.equal(await page.getByText(/events/).count(), 0, "editors have no events")
  await page.locator(`a[href$="${seen.headers.get("Couplet-Changeset")}"]`).click()
  await page.getByRole("button", { name: "See what a revert would do" }).click()
  await page.getByRole("button", { name: "Revert this change" }).click()
  await page.getByText("It was reverted.").waitFor()
  await page.goto("/admin/activity?via=revert&op=nonsense")
  await page.getByText(/user took something back/).waitFor()
  await page.getByText("This page could not take these parts of its address: op.").waitFor()
  await close()
})

test("a collection is made from a file of 10,000 rows in an empty project", async () => {
  const server = await emptyServer()
  const { page, close } = await visit(server, "/start/csv", "admin")
  const rows = Array.from({ length: 10_000 }, (_, n) => `Person ${n},${n},p${n}@example.com,x`)
  await choose(page, "people list.csv", text(["Name,Visits,E-Mail,Junk", ...rows]))
  await page.getByLabel("Name of the collection").fill("guests")
  await page.getByLabel("Name of Visits").fill("visits_made")
  await page.getByRole("checkbox", { name: "Take Junk" }).press("Space")
  await page.getByRole("button", { name: "Review the plan" }).click()
  await page.getByText("Create collection guests.").waitFor()
  await page.getByRole("button", { name: "Make the collection and import" }).click()
  await page.getByText("All rows are imported.").waitFor({ timeout: 60_000 })
  assert.equal(await count(server, "guests"), 10_000)
  await page.getByRole("button", { name: /^Show / }).click()
  await page.waitForURL(/\/data\/guests$/)
  const ask = await api(server, "admin")
  const { body } = await ask("GET", "/api/_/records/guests/?limit=1&order=id")
  const [first] = (body as { results: Record<string, unknown>[] }).results
  assert.equal(first?.visits_made, 0)
  assert.equal("junk" in (first ?? {}), false)
  await page.goto("/admin/activity")
  await page.getByText(/imported: 10,000 /).waitFor()
  await close()
})

test("an import is cancelled on its own page; what was written can be undone", async () => {
  const server = await startServer()
  const before = await count(server, "tags")
  const { page, close } = await visit(server, "/data/tags/import/new", "admin")
  const rows = Array.from({ length: 60_000 }, (_, n) => `Tag ${n},tag-${n}`)
  await choose(page, "tags.csv", text(["name,slug", ...rows]))
  await page.getByText("Import the good rows").click()
  await page.getByRole("button", { name: "Check the rows" }).click()
  await page.getByRole("button", { name: /^Import 60,?000 rows/ }).click({ timeout: 60_000 })
  await page.getByRole("button", { name: "Cancel the import" }).waitFor()
  await page.reload()
  await page.getByRole("button", { name: "Cancel the import" }).click()
  await page.getByText(/The import was cancelled/).waitFor({ timeout: 60_000 })
  const undo = page.getByRole("button", { name: "Undo the import" })
  if (await undo.isVisible()) {
    await undo.click()
    await page.getByText("The import is undone.").waitFor({ timeout: 60_000 })
  }
  assert.equal(await count(server, "tags"), before)
  await close()
})
