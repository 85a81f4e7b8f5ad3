// The page of plain JavaScript in docs/live.md, as it stands there, in a real browser.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { api, browser, startServer } from "./harness.ts"

const docs = readFileSync(new URL("../../docs/live.md", import.meta.url), "utf8")
const script = /```js\n([\s\S]*?)```/.exec(docs)?.[1] ?? ""

test("the page in the docs keeps a list live, through a restart of the server", async () => {
  assert.ok(script.split("\n").length <= 25, "the page is about 20 lines")
  const server = await startServer()
  const page = await (await browser()).newPage()
  const shown = `function show(rows, count) {
    document.querySelector("p").textContent = count + ": " + rows.map((row) => row.title).sort().join("|")
  }`
  await page.route(`${server.url}/page`, (route) =>
    route.fulfill({ contentType: "text/html", body: `<body><p></p><script>${shown}\n${script}</script>` }),
  )
  page.on("pageerror", (error) => console.error(error))
  const ask = await api(server, "admin")
  const published = async () => {
    const { body } = await ask("GET", "/api/articles/?status=published&page_size=200")
    const { count, results } = body as { count: number; results: { title: string }[] }
    return { count, titles: results.map((row) => row.title) }
  }
  const there = await published()
  await page.goto(`${server.url}/page`)
  await page.getByText(`${there.count}: `).waitFor()

  const change = async (title: string, key: number, status: string) => {
    const answer = await ask("PATCH", `/api/articles/${key}/`, { title, status })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
  }
  await change("Told at once", 1, "published") // a draft until now: it comes into the list
  await page.getByText("Told at once").waitFor()
  await server.restart()
  await change("Told after the restart", 1, "published")
  await change("Leaves the list", 2, "draft")
  await page.getByText("Told after the restart").waitFor()
  const now = await published()
  await page.getByText(`${now.count}: `).waitFor()
  const text = (await page.locator("p").textContent()) ?? ""
  assert.deepEqual(
    text
      .slice(text.indexOf(": ") + 2)
      .split("|")
      .filter((title) => /Told|Leaves/.test(title)),
    ["Told after the restart"],
  )
  await page.close()
})
