// What one chooses for oneself acts at once, everywhere, and is there again after a reload.
import assert from "node:assert/strict"
import { test } from "node:test"
import { api, becomes, startServer, visit } from "./harness.ts"

test("theme, rows, language and zone act at once, and stay", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  await ask("PATCH", "/api/_/records/articles/1/", { published_at: "2024-06-14T23:30:00Z", views: 1 })
  const { page, close } = await visit(server, "/me", "admin")
  await page.getByRole("radio", { name: "Dark" }).click({ force: true })
  await becomes(() => page.evaluate(() => document.documentElement.dataset.theme), "dark")
  await page.getByRole("radio", { name: "Dense" }).click({ force: true })
  const zone = page.getByRole("combobox", { name: "Time zone" })
  await zone.fill("Tokyo")
  await page.getByRole("option", { name: "Asia/Tokyo" }).click()
  const stored = async () => {
    const { body } = await ask("GET", "/api/_/preferences/")
    const { theme, density, zone } = body as { [name: string]: unknown }
    return { theme, density, zone }
  }
  await becomes(stored, { theme: "dark", density: "dense", zone: "Asia/Tokyo" })

  // The list: rows of 28, and half past eleven at night in UTC is the next morning in Tokyo.
  await page.goto("/admin/data/articles?cols=title!,published_at&order=id")
  const cell = page.getByRole("gridcell", { name: /^Published at, .*row 1$/ })
  await cell.waitFor()
  assert.match((await cell.getAttribute("aria-label")) ?? "", /15.*08:30/)
  assert.equal((await cell.boundingBox())?.height, 28 - 1)

  // The log, by the same clock.
  const { body } = await ask("GET", "/api/_/changes/?collection=articles&record=1&limit=1")
  const [change] = (body as { results: { time: string; changeset: string }[] }).results
  assert.ok(change)
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "Asia/Tokyo" })
  await page.goto("/admin/activity")
  await page
    .locator(`a[href$="/activity/${change.changeset}"] time`)
    .getByText(clock.format(new Date(change.time)))
    .waitFor()

  await page.goto("/admin/me")
  await page.getByRole("button", { name: /Language/ }).click()
  await page.getByRole("option", { name: "Deutsch" }).click()
  await page.getByRole("heading", { name: "Mein Konto" }).first().waitFor()
  await page.reload()
  await page.getByRole("heading", { name: "Mein Konto" }).first().waitFor()
  await becomes(() => page.evaluate(() => document.documentElement.lang), "de")
  await close()
})
