// The pages of operation: what is told to other programs, what is kept for bad days, what runs, and what went wrong.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { after, test } from "node:test"
import { api, becomes, startServer, visit } from "./harness.ts"

/** A program that is told of changes: what it got, and what it answers. */
async function receiver() {
  const got: { type: string; data: { key?: number } }[] = []
  const state = { status: 200 }
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (part) => {
      body += part
    })
    request.on("end", () => {
      got.push(JSON.parse(body))
      response.writeHead(state.status).end("heard")
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  after(() => server.close())
  return { got, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/couplet` }
}

test("a webhook is made, tells of a change, and is sent again", async () => {
  const server = await startServer({ args: ["--webhook-private"] })
  const { got, url } = await receiver()
  const admin = await api(server, "admin")
  await admin("POST", "/api/_/people/invite/", { username: "newcomer", email: "", roles: [], mail: false })
  const { page, close } = await visit(server, "/operate/webhooks", "admin", { expected: /400.*webhooks/ })
  await page.getByText("No webhooks yet.").waitFor()
  await page.getByRole("button", { name: "New webhook" }).click()
  await page.getByLabel("Name").fill("search index")
  await page.getByLabel("Address").fill("nowhere")
  await page.getByRole("button", { name: "Make the webhook" }).click()
  await page.locator("[data-invalid] input").first().waitFor()
  await page.getByLabel("Address").fill(url)
  await page.getByRole("combobox", { name: "Collection" }).fill("tags")
  await page.getByRole("option", { name: /Tags/ }).click()
  // It sees what the person may see as whom it looks: one without rights is refused, in the place of the refusal.
  const as = page.getByRole("combobox", { name: "Sees as" })
  await becomes(() => as.inputValue(), "admin")
  await as.fill("newcomer")
  await page.getByRole("option", { name: "newcomer" }).click()
  await page.getByRole("button", { name: "Make the webhook" }).click()
  await page.getByText("The webhook's user may not view this collection.").waitFor()
  await as.fill("admin")
  await page.getByRole("option", { name: "admin" }).click()
  await page.getByRole("button", { name: "Make the webhook" }).click()
  await page.getByText(/^whsec_/).waitFor()
  await page.getByRole("button", { name: "Go to the webhook" }).click()
  await page.getByText("No deliveries here.").waitFor()
  assert.ok(!(await page.content()).includes("whsec_"), "the secret is told once")

  const made = await admin("POST", "/api/_/records/tags/", { name: "evening", slug: "evening" })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  await page.getByRole("button", { name: /tags.created/ }).click()
  await page.getByRole("region", { name: "Attempt 1" }).getByText("200").waitFor()
  assert.deepEqual(
    got.map((one) => one.type),
    ["tags.created"],
  )
  await page.getByRole("button", { name: "Send it again" }).click()
  await page.getByRole("region", { name: "Attempt 2" }).waitFor()
  assert.equal(got.length, 2)
  await page.getByLabel("Parts of the webhook").getByRole("link", { name: "Settings" }).click()
  await becomes(() => page.getByRole("combobox", { name: "Sees as" }).inputValue(), "admin")
  await page.getByRole("button", { name: "Turn off" }).click()
  await page.getByRole("button", { name: "Turn on" }).waitFor()
  await close()
})

test("a backup is taken and downloaded", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/operate/backups", "admin")
  await page.getByText("No backups yet.").waitFor()
  await page.getByRole("button", { name: "Take a backup" }).click()
  const link = page.getByRole("link", { name: /^Download couplet-/ })
  const download = page.waitForEvent("download")
  await link.click()
  const file = readFileSync(await (await download).path())
  assert.deepEqual([...file.subarray(0, 2)], [0x1f, 0x8b], "the file is a gzip archive")
  await page.getByText(/couplet restore '.*' --check/).waitFor()
  await page.getByRole("button", { name: /^Delete couplet-/ }).click()
  await page.getByRole("button", { name: "Delete the backup" }).click()
  await page.getByText("No backups yet.").waitFor()
  await page.getByRole("link", { name: "Doctor" }).click()
  await page.getByRole("button", { name: "Examine now" }).click()
  await page.getByText("The integrity check found nothing wrong.").waitFor()
  await close()
})

test("a job runs when it is asked for", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/operate/jobs", "admin")
  await page.getByRole("button", { name: "Run now: integrity" }).click()
  const runs = page.getByRole("table", { name: "Runs" })
  await runs.getByText("done").waitFor()
  await runs.getByRole("button", { name: "integrity" }).click()
  await page.getByRole("region", { name: "Run of integrity" }).getByText("Nothing is wrong.").waitFor()
  assert.match(new URL(page.url()).search, /run=/)
  await close()
})

test("logs show a failed request by its id, and metrics, connections and licences are there", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  const refused = await admin("GET", "/api/_/records/articles/987654/")
  assert.equal(refused.status, 404)
  const id = refused.headers.get("x-request-id") ?? ""
  assert.notEqual(id, "")
  const { page, close } = await visit(server, `/operate/logs?q=${id}&status=404`, "admin")
  await page.getByRole("button", { name: "GET /api/_/records/articles/987654/" }).click()
  const detail = page.getByRole("region", { name: "Request" }).last()
  await detail.getByText(id).waitFor()
  await page.goto("/admin/operate/live")
  await page.getByRole("cell", { name: "WebSocket" }).first().waitFor()
  await page.goto("/admin/operate/metrics?range=1d")
  await page.getByRole("img", { name: /Requests: all/ }).waitFor()
  await page.goto("/admin/about?tab=licences&q=react-aria-components")
  await page.getByText("react-aria-components", { exact: true }).click()
  await page
    .getByText(/Apache License/)
    .first()
    .waitFor()
  await close()
})

test("who may not operate is told so, and About is for everybody", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/about", "user")
  await page.getByText(/^SQLite/).waitFor()
  await becomes(() => page.getByText("Data folder").count(), 0)
  await close()
})
