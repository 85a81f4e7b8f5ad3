// Work of the server that takes long: how far it is, in numbers, and a way to end it.
import assert from "node:assert/strict"
import { mkdir, rm, truncate, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { api, startServer, visit } from "./harness.ts"

const server = await startServer()
const ask = await api(server, "admin")

const count = async (collection: string) =>
  ((await ask("GET", `/api/_/records/${collection}/count/`)).body as { count: number }).count

/** Adds so many tags, and answers the group of the changes. */
async function addTags(n: number): Promise<string> {
  const token = await fetch(`${server.url}/api/token/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "admin-Pass-123" }),
  })
  const { access } = (await token.json()) as { access: string }
  const rows = Array.from({ length: n }, (_, i) => JSON.stringify({ name: `Long ${i}`, slug: `long-${i}` }))
  const imported = await fetch(`${server.url}/api/_/imports/?collection=tags`, {
    method: "POST",
    headers: { Authorization: `Bearer ${access}`, "Content-Type": "application/x-ndjson" },
    body: rows.join("\n"),
  })
  const body = (await imported.json()) as { group: string }
  assert.equal(imported.status, 200, JSON.stringify(body))
  return body.group
}

test("a large revert tells how far it is, is ended without a change, and is done", async () => {
  const before = await count("tags")
  const group = await addTags(30_000)
  const { page, close } = await visit(server, `/activity/${group}`, "admin")
  await page.getByRole("button", { name: "See what a revert would do" }).click()
  await page.getByText("30,000 records that were added are deleted.").waitFor()

  const revert = page.getByRole("button", { name: "Revert this change" })
  const writing = page.getByRole("progressbar", { name: "Writing the records" })
  await revert.click()
  await writing.waitFor()
  await page.getByText(/^[\d,]+ of 30,000 · \d+ %$/).waitFor()
  await page.getByRole("button", { name: "Cancel" }).click()
  await page.getByText("The revert was cancelled. Nothing was changed.").waitFor()
  assert.equal(await count("tags"), before + 30_000)

  await revert.click()
  await writing.waitFor()
  await page.getByText("It was reverted.").waitFor()
  assert.equal(await count("tags"), before)
  await close()
})

test("a change of the tables waits for its turn, tells how far it is, is ended without a change, and is done", async () => {
  const { body } = await ask("GET", "/api/_/schema/")
  const { document, hash } = body as {
    document: { collections: { tags: { fields: Record<string, object> } } }
    hash: string
  }
  const columns = () => ask("GET", "/api/_/records/tags/?limit=1").then((list) => JSON.stringify(list.body))
  for (let i = 1; i <= 80; i++) {
    document.collections.tags.fields[`weight_${i}`] = { type: "integer", default: 7, index: true }
  }
  const drafted = await ask("POST", "/api/_/schema/drafts/", { name: "Weights", base: hash, document })
  const group = await addTags(100_000)
  const { page, close } = await visit(server, `/schema/plan/${(drafted.body as { id: string }).id}`, "admin")
  const apply = page.getByRole("button", { name: "Apply 80 changes" })
  await apply.waitFor()

  // What writes much has the one writer of SQLite for itself.
  const reverting = ask("POST", `/api/_/changesets/${group}/revert/`, { mode: "keep", background: true })
  const revert = ((await reverting).body as { id: string }).id
  await apply.click()
  await page.getByRole("progressbar", { name: "Waiting for other work to end" }).waitFor()
  await page.getByRole("button", { name: "Cancel" }).click()
  await ask("POST", `/api/_/background/${revert}/cancel/`)
  await page.getByText("It was cancelled. Nothing was changed.").waitFor()
  assert.doesNotMatch(await columns(), /"weight_1"/)

  await apply.click()
  await page.getByRole("progressbar", { name: "Changing the tables" }).waitFor()
  await page.getByText(/^\d+ of \d+ · \d+ %$/).waitFor()
  await page.getByText(/^Applied as /).waitFor()
  assert.match(await columns(), /"weight_80":7/)
  await close()
})

test("a backup tells how far it is, in bytes, and can be ended", async () => {
  // Zeros, which take no space, but time to read.
  const big = join(server.data, "media", "big")
  await mkdir(dirname(big), { recursive: true })
  await writeFile(big, "")
  await truncate(big, 16 * 2 ** 30)
  const { page, close } = await visit(server, "/operate/backups", "admin")
  await page.getByRole("button", { name: "Take a backup" }).click()
  const bar = page.getByRole("progressbar", { name: "Packing the archive" })
  await bar.waitFor()
  await page.getByText(/^[\d.]+ [MG]B of 17 GB · \d+ %$/).waitFor()

  // Whoever comes to the page meanwhile sees it, too.
  await page.reload()
  await bar.waitFor()
  assert.ok(await page.getByRole("button", { name: "Take a backup" }).isDisabled())
  await page.getByRole("button", { name: "Cancel" }).click()
  await bar.waitFor({ state: "detached" })
  await page.getByText("No backups yet.").waitFor()

  // The same as a job.
  await page.goto("/admin/operate/jobs")
  await page.getByRole("button", { name: "Run now: backup" }).click()
  await page
    .getByText(/^running · \d+ %$/)
    .first()
    .waitFor()
  await page.getByRole("table", { name: "Runs" }).getByRole("button", { name: "backup" }).first().click()
  await bar.waitFor()
  await page.goto("/admin/operate/backups") // where it is seen, too, and ended
  await bar.waitFor()
  assert.ok(await page.getByRole("button", { name: "Take a backup" }).isDisabled())
  await page.getByRole("button", { name: "Cancel" }).click()
  await bar.waitFor({ state: "detached" })
  await page.goto("/admin/operate/jobs")
  await page.getByText("Cancelled by admin.").first().waitFor()
  await page.getByRole("button", { name: "Run now: backup" }).click()
  await page
    .getByText(/^running · \d+ %$/)
    .first()
    .waitFor()
  await page.getByRole("table", { name: "Runs" }).getByRole("button", { name: "backup" }).first().click()
  await page.getByRole("button", { name: "Cancel the run" }).click()
  await bar.waitFor({ state: "detached" })
  await rm(big)
  await close()
})
