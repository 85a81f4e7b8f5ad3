import assert from "node:assert/strict"
import { test } from "node:test"
import { api, startServer, visit } from "./harness.ts"

const server = await startServer()

test("a list is asked for with a parameter, and its answer shown as it came", async () => {
  const { page, close } = await visit(server, "/api", "admin")
  await page.getByRole("searchbox", { name: "Find a resource" }).fill("art")
  await page.getByRole("link", { name: "articles", exact: true }).click()
  await page.getByRole("heading", { name: "GET /api/articles/", exact: true }).waitFor()
  await page.getByRole("combobox", { name: "Add a parameter" }).fill("page_size")
  await page.getByRole("option", { name: "page_size" }).click()
  await page.getByLabel("page_size", { exact: true }).fill("2")
  await page.getByRole("button", { name: "Send GET" }).click()
  await page.getByText(/^200 OK, after \d+ ms$/).waitFor()
  const answer = (await page.getByRole("region", { name: "Answer" }).textContent()) ?? ""
  assert.equal(JSON.parse(answer).results.length, 2)
  assert.match(answer, /^\{\n {2}"count": 32,/)
  const curl = (await page.getByRole("region", { name: "curl" }).textContent()) ?? ""
  assert.ok(curl.includes(`'${server.url}/api/articles/?page_size=2'`), curl)
  await page.getByText("Headers").click()
  await page.getByText(/content-type: application\/json/i).waitFor()
  await page.getByRole("link", { name: "TypeScript" }).click()
  const typescript = page.getByRole("region", { name: "TypeScript" })
  assert.match((await typescript.textContent()) ?? "", /resource\("articles"\)\.list\(\{ page_size: "2" \}\)/)
  await close()
})

test("a write asks first; what the server refuses is shown with its words", async () => {
  const { page, close, requests } = await visit(server, "/api/tags?op=tags_create", "admin", {
    expected: /\b400\b.*\/api\/tags\//,
  })
  await page.getByLabel("Body").fill('{"slug": "not good", "name": "N"}')
  await page.getByRole("button", { name: "Send POST …" }).click()
  await page.getByText("This changes real data:").waitFor()
  await page.getByRole("button", { name: "Cancel" }).click()
  assert.ok(!requests.includes("POST /api/tags/"))
  await page.getByRole("button", { name: "Send POST …" }).click()
  await page.getByRole("button", { name: "Send POST", exact: true }).click()
  await page.getByText(/^400 Bad Request, after/).waitFor()
  await page
    .getByRole("region", { name: "Answer" })
    .getByText(/Enter a valid/)
    .waitFor()
  await page.getByLabel("Body").fill('{"slug": "by-the-page", "name": "By the page"}')
  await page.getByRole("button", { name: "Send POST …" }).click()
  await page.getByRole("button", { name: "Send POST", exact: true }).click()
  await page.getByText(/^201 Created, after/).waitFor()
  const ask = await api(server, "admin")
  assert.equal((await ask("GET", "/api/tags/by-the-page/")).status, 200)
  await close()
})

test("a resource that there is not is said to be none", async () => {
  const { page, close } = await visit(server, "/api/nothing", "admin")
  await page.getByText("There is no such resource.").waitFor()
  await page.getByRole("link", { name: "All resources" }).click()
  await page.getByRole("link", { name: "ReDoc" }).waitFor()
  await close()
})
