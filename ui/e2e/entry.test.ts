import assert from "node:assert/strict"
import { test } from "node:test"
import { startServer, visit } from "./harness.ts"

test("who is not logged in comes to the log-in, and goes on to where they wanted", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/articles?q=dusk", null, {
    expected: /400.*\/api\/auth\/login\//,
  })
  await page.getByLabel("Username").fill("admin")
  await page.getByLabel("Password").fill("wrong")
  await page.keyboard.press("Enter")
  await page.getByText("Unable to log in with provided credentials.").waitFor()
  await page.getByLabel("Password").fill("admin-Pass-123")
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { name: "Articles" }).waitFor()
  assert.equal(new URL(page.url()).pathname, "/admin/data/articles")
  assert.equal(new URL(page.url()).searchParams.get("q"), "dusk")
  await close()
})
