// The flows of a day without a mouse: whatever has the focus is in sight, marked and not covered.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { api, setupLink, startServer, visit } from "./harness.ts"
import { Keys } from "./keys.ts"

test("first minutes: the link, the account, the sample, its articles", async () => {
  const project = mkdtempSync(join(tmpdir(), "couplet-keyboard-"))
  after(() => rmSync(project, { recursive: true, force: true }))
  const server = await startServer({ project, data: join(project, "data") })
  const { page, close } = await visit(server, await setupLink(server), null)
  const keys = new Keys(page)
  await page.getByLabel("Username").waitFor()
  await keys.type("ada")
  await keys.to("Password")
  await keys.type("ada-Pass-12345")
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: "Load the sample" }).waitFor()
  await page.keyboard.press("Tab")
  await keys.to("Load the sample")
  await page.keyboard.press("Enter")
  await page.getByRole("gridcell", { name: /Schema first/ }).waitFor()
  await page.keyboard.press("Tab")
  await keys.to(/^Title, |Schema first/)
  await keys.press("ArrowDown", "ArrowRight", "Home")
  await close()
})

test("a value is refused at its cell, mended and taken back; yesterday's by its changeset", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const { page, close } = await visit(server, "/data/articles?cols=title!,views&order=id", "admin", {
    expected: /400/,
  })
  const keys = new Keys(page)
  const cell = page.getByRole("gridcell", { name: /^Views, .*, row 1$/ })
  const views = async () => ((await ask("GET", "/api/_/records/articles/1/")).body as { views: number }).views
  await cell.waitFor()
  await page.keyboard.press("Tab")
  await keys.to(/^Title, .*row 1$/)
  await keys.press("ArrowRight")
  const before = await views()

  // Edit and mend.
  await keys.type("12a")
  await keys.press("Enter")
  await page.getByText("A valid integer is required.").first().waitFor()
  await keys.press("F2", "End", "Backspace", "Enter")
  await page.getByRole("gridcell", { name: "Views, 12, row 1" }).waitFor()
  await page.waitForLoadState("networkidle")
  assert.equal(await views(), 12)

  // Back at once.
  await keys.press("ArrowUp", "Control+Z")
  await page
    .getByRole("gridcell", { name: `Views, ${before.toLocaleString("en-GB")}, row 1` })
    .or(page.getByRole("gridcell", { name: `Views, ${before}, row 1` }))
    .first()
    .waitFor()
  assert.equal(await views(), before)

  // The next day: somebody has changed it since, and is overruled.
  const patch = (value: number) => ask("PATCH", "/api/_/records/articles/1/", { views: value })
  const mistake = (await patch(77)).headers.get("Couplet-Changeset")
  await patch(78)
  await keys.press("Control+K")
  await keys.type("Activity")
  await page.getByRole("menuitem", { name: /Activity/ }).waitFor()
  await page.keyboard.press("Enter")
  await page.locator(`a[href$="/activity/${mistake}"]`).waitFor()
  await page.keyboard.press("Tab")
  for (let stops = 0; ; stops++) {
    if (await page.evaluate((id) => document.activeElement?.matches(`a[href$="/${id}"]`), mistake)) break
    assert.ok(stops < 90, "Tab does not lead to the change")
    await keys.press("Tab")
  }
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: "See what a revert would do" }).waitFor()
  await page.keyboard.press("Tab")
  await keys.to("See what a revert would do")
  await page.keyboard.press("Enter")
  await page.getByRole("radio", { name: /Overwrite it/ }).waitFor()
  await page.keyboard.press("Tab")
  await keys.to(/^Keep it as it is now/)
  await keys.press("ArrowDown")
  await keys.to(/^Revert and overwrite/)
  await page.keyboard.press("Enter")
  await page.getByText("It was reverted.").waitFor()
  assert.equal(await views(), before)
  await close()
})

test("a record is added from the list with Shift+Enter, and the focus comes back with Escape", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/tags", "admin")
  const keys = new Keys(page)
  await page
    .getByRole("gridcell", { name: /row 1$/ })
    .first()
    .waitFor()
  await page.keyboard.press("Tab")
  await keys.to(/, row 1$/)
  await page.keyboard.press("Shift+Enter")
  await page.getByRole("textbox", { name: "Slug" }).waitFor()
  await keys.type("keys-alone")
  await keys.press("Tab")
  await keys.type("Keys alone")
  await page.keyboard.press("Control+Enter")
  await page.getByRole("gridcell", { name: /Keys alone/ }).waitFor()
  await page.waitForURL(/rec=\d+/)
  await page.keyboard.press("Escape")
  await page.waitForURL((url) => !url.searchParams.has("rec"))
  await keys.stop("Escape")
  await close()
})
