import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

/** For the tests that change neither the schema nor what others of them look at; the others have one of their own. */
const server = await startServer()

interface Force {
  hash: string
  document: { roles: object }
}

const cell = (page: Page, name: string) => page.getByRole("gridcell", { name })

test("a role is made, its rule tried, and its person invited sees only what they may", async () => {
  const server = await startServer()
  const admin = await visit(server, "/access", "admin")
  const { page } = admin
  await page.getByRole("button", { name: "New role" }).click()
  await page.getByLabel("Name", { exact: true }).fill("Reviewers")
  await page.keyboard.press("Enter")
  await page.getByText("1 change, not applied").waitFor()

  // Space cycles none, all, by a rule; a rule that is not written yet opens its editor.
  await cell(page, "Tags, Reviewers, View: none").focus()
  await page.keyboard.press(" ")
  await cell(page, "Tags, Reviewers, View: all, changed").waitFor()
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press(" ")
  await cell(page, "Articles, Reviewers, View: all, changed").waitFor()
  await page.keyboard.press(" ")
  const rule = page.getByRole("textbox", { name: "Rule" })
  await rule.waitFor()
  await page.getByText("1 rule is not written yet. Open its cell and write it.").waitFor()

  // Tried as somebody while it is typed, with the clause that decides; kept with Ctrl+Enter.
  await rule.fill('status == "published"')
  await page.getByRole("combobox", { name: "Try as" }).fill("bob")
  await page.getByRole("option", { name: /^bob/ }).click()
  await page.getByText(/^\d+ pass, \d+ do not$/).waitFor()
  await page.getByText('"published" is "published"').first().waitFor()
  await rule.focus()
  await page.keyboard.press("Control+Enter")
  await cell(page, 'Articles, Reviewers, View: by the rule status == "published", changed').waitFor()
  await page.getByText("Reviewers may view Articles where").waitFor()

  // A record one looks for.
  await page.getByRole("combobox", { name: "Try a record" }).scrollIntoViewIfNeeded()
  await page.getByRole("combobox", { name: "Try a record" }).fill("Closing")
  await page.getByRole("option", { name: /^Closing thoughts/ }).click()
  const found = page.getByRole("list", { name: "The record" })
  await found.getByText('"archived" is not "published"').waitFor()

  // The draft outlives the page; its plan is the schema's.
  await page.reload()
  await page.getByText("3 changes, not applied").waitFor()
  await page.getByRole("button", { name: "Review plan" }).click()
  await page.waitForURL(/\/admin\/schema\/plan\/.+/)
  await page.getByRole("button", { name: /^Apply \d+ changes?$/ }).click()
  await page.waitForURL(/\/admin\/schema$/)
  await page.getByRole("link", { name: "Access" }).click()
  await cell(page, 'Articles, Reviewers, View: by the rule status == "published"').waitFor()

  await page.getByRole("button", { name: /^Reviewers/ }).click()
  await page.getByRole("menuitem", { name: "Invite somebody with it" }).click()
  await page.getByRole("textbox", { name: "Username" }).fill("bo")
  await becomes(() => page.getByRole("checkbox", { name: "Reviewers" }).isChecked(), true)
  await page.getByRole("button", { name: "Invite", exact: true }).click()
  const link = (await page.getByRole("region", { name: "Link" }).textContent())?.trim() ?? ""
  assert.match(link, /\/admin\/verify#t=/)

  const bo = await visit(server, link.slice(link.indexOf("/admin") + "/admin".length), null)
  await bo.page.getByRole("textbox", { name: "Password" }).fill("seven-Green-Lamps")
  await bo.page.getByRole("button", { name: "Accept invitation" }).click()
  await bo.page.getByRole("navigation").getByRole("link", { name: "Articles" }).first().waitFor()
  const links = await bo.page.getByRole("link").allInnerTexts()
  for (const hidden of ["Access", "People", "Settings", "Authors", "Users"]) {
    assert.equal(links.includes(hidden), false, `${hidden} is shown`)
  }
  const rows = await bo.context.request.get("/api/_/records/articles/?limit=100&fields=status")
  const { results } = (await rows.json()) as { results: { status: string }[] }
  assert.ok(results.length > 0)
  assert.ok(results.every(({ status }) => status === "published"))
  await bo.close()
  await admin.close()
})

test("who may only add comes to the form for it, and adds one record after the other", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const { document, hash } = (await ask("GET", "/api/_/schema/")).body as Force
  document.roles = { ...document.roles, posters: { label: "Posters", tags: { add: true } } }
  const put = await ask("PUT", "/api/_/schema/", { document }, { "If-Match": `"${hash}"` })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  assert.equal((await ask("PATCH", "/api/_/records/users/2/", { roles: ["posters"] })).status, 200)

  const { page, requests, close } = await visit(server, "/", "user")
  await page.waitForURL(/\/data\/tags\/new$/)
  for (const name of ["Amber", "Beige"]) {
    await page.getByLabel("Slug").fill(name.toLowerCase())
    await page.getByLabel("Name").fill(name)
    await page.keyboard.press("Control+s")
    await page.getByText(`${name} is saved.`).waitFor()
    await page.getByText("You may add tags, but not view them.").waitFor()
    await becomes(() => page.getByRole("button", { name: "Undo" }).count(), 0)
    await page.keyboard.press("Enter") // the focus is on "Add another tag"
    await becomes(() => page.getByLabel("Name").inputValue(), "")
  }
  const entry = page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Tags" })
  assert.equal(await entry.getAttribute("aria-current"), "page")
  await entry.click()
  await page.getByLabel("Slug").waitFor()
  await page.waitForURL(/\/data\/tags\/new$/)
  assert.equal(requests.filter((request) => /^GET .*\/records\//.test(request)).length, 0)
  await close()
})

test("why somebody may not, and why they do not see a record", async () => {
  const server = await startServer()
  const ask = await api(server, "admin")
  const alice = (await ask("GET", "/api/_/people/?q=alice")).body as { results: { id: string; _v: string }[] }
  const [person] = alice.results
  assert.ok(person)
  const path = `/api/_/records/users/${person.id}/`
  await ask("PATCH", path, { roles: ["writers"] }, { "If-Match": `"${person._v}"` })
  const link = `/access?tab=try&collection=articles&as=${person.id}`

  const { page, close } = await visit(server, `${link}&record=1&action=delete`, "admin")
  await page.getByText("No: alice may not delete Getting started with Django.").waitFor()
  await page.getByText("403").waitFor()
  await page.getByText("no role of alice grants delete on articles").waitFor()

  await page.goto(`/admin${link}&record=5&action=change`)
  await page.getByText("No: alice may not change Go for Python people.").waitFor()
  await page.getByText("author.user == user.id").waitFor()
  await page.getByText("decides").waitFor()

  // Hidden by a rule of the collection: 404, with the clause.
  const schema = (await ask("GET", "/api/_/schema/")).body as {
    document: { collections: { [name: string]: { rules?: object } } }
  }
  const { document } = schema
  document.collections.articles = {
    ...document.collections.articles,
    rules: { view: 'status != "archived"' },
  }
  const planned = (await ask("POST", "/api/_/schema/plan/", { document })).body as {
    document: unknown
    hash: string
  }
  const applied = await ask("POST", "/api/_/schema/apply/", {
    document: planned.document,
    hash: planned.hash,
    consent: [],
  })
  assert.equal(applied.status, 200)
  await page.goto(`/admin${link}&record=32&action=change`)
  await page.getByText("No: alice may not change Closing thoughts.").waitFor()
  await page.getByText("404").waitFor()
  await page.getByText("The request finds nothing: the record is hidden from them.").waitFor()
  await page.getByText('"archived" is "archived"').waitFor()
  await close()
})

test("a log-in that is ended is out at once", async () => {
  const admin = await visit(server, "/people?tab=log-ins", "admin")
  const other = await visit(server, "/me", "user", { expected: /401|WebSocket/ })
  await other.page.getByRole("heading", { name: "My log-ins" }).waitFor()
  await other.page.getByLabel("First name").fill("Una")
  await admin.page.reload()
  await admin.page
    .getByRole("row", { name: /^user / })
    .getByRole("button", { name: "End log-in" })
    .click()
  await admin.page.getByText("The log-in is ended.").waitFor()
  await becomes(() => admin.page.getByRole("row", { name: /^user / }).count(), 0)

  // Without a click: the live connection tells it. What was typed stays, and goes on after another log-in.
  await other.page.getByRole("heading", { name: "Your log-in has ended" }).waitFor()
  assert.equal((await other.context.request.get("/api/_/me/")).status(), 401)
  await other.page.getByRole("dialog").getByLabel("Password").fill("user-Pass-123")
  await other.page.keyboard.press("Enter")
  await other.page.getByRole("dialog").waitFor({ state: "hidden" })
  await becomes(() => other.page.getByLabel("First name").inputValue(), "Una")
  await other.page.getByRole("button", { name: "Save names" }).click()
  await other.page.getByText("Your names are saved.").waitFor()
  await other.close()
  await admin.close()
})

test("who is deactivated is out at once and comes back when activated, with what they were typing", async () => {
  const admin = await visit(server, "/people", "admin")
  const other = await visit(server, "/me", "user", { expected: /40[01]|WebSocket/ })
  await other.page.getByLabel("First name").fill("Una")
  const token = await api(server, "user")
  assert.equal((await token("GET", "/api/_/me/")).status, 200)
  const row = admin.page.getByRole("row", { name: /^user / })
  await row.getByRole("link", { name: "user", exact: true }).click()
  await admin.page.getByRole("button", { name: "Deactivate account" }).press("Enter")
  await admin.page.getByText("user is deactivated.").waitFor()
  const state = admin.page
    .getByRole("main")
    .locator("dl > div")
    .filter({ hasText: /^State/ })
  await becomes(() => state.textContent(), "Statedeactivated")
  await becomes(() => admin.page.evaluate(() => document.activeElement?.textContent), "Activate account")

  // Their cookies and their token are worth nothing, and neither is their password.
  await other.page.getByRole("heading", { name: "Your log-in has ended" }).waitFor()
  assert.equal((await other.context.request.get("/api/_/me/")).status(), 401)
  assert.equal((await token("GET", "/api/_/me/")).status, 401)
  const dialog = other.page.getByRole("dialog")
  await dialog.getByLabel("Password").fill("user-Pass-123")
  await other.page.keyboard.press("Enter")
  await dialog.getByText("User account is disabled.").waitFor()

  // The list says so, and can be narrowed to it.
  await admin.page.getByRole("link", { name: "All people" }).click()
  await row.getByText("deactivated", { exact: true }).waitFor()
  await admin.page.getByRole("button", { name: /State/ }).click()
  await admin.page.getByRole("option", { name: "deactivated" }).click()
  await becomes(() => admin.page.getByRole("row").count(), 3) // the head, and the sample's other one
  await row.getByRole("link", { name: "user", exact: true }).click()
  await admin.page.getByRole("button", { name: "Activate account" }).click()
  await admin.page.getByText("user is active again.").waitFor()
  await becomes(() => state.textContent(), "Stateactive")

  await dialog.getByLabel("Password").fill("user-Pass-123")
  await other.page.keyboard.press("Enter")
  await dialog.waitFor({ state: "hidden" })
  await becomes(() => other.page.getByLabel("First name").inputValue(), "Una")
  assert.equal((await other.context.request.get("/api/_/me/")).status(), 200)
  assert.equal((await (await api(server, "user"))("GET", "/api/_/me/")).status, 200)
  await other.close()
  await admin.close()
})

test("the last superuser cannot be shut out, and one sees why in place", async () => {
  const { page, close } = await visit(server, "/people/1", "admin", { expected: /400/ })
  await page.getByRole("button", { name: "Deactivate account" }).click()
  await page.getByText("This is the last superuser who can log in.").waitFor()
  await page.getByRole("checkbox", { name: "Superuser: may do everything" }).click({ force: true })
  await page.getByRole("button", { name: "Save account" }).click()
  await page.getByText("This is the last superuser who can log in.").nth(1).waitFor()
  await becomes(() => page.getByText("This is the last superuser who can log in.").count(), 2)
  await close()
})

test("a key is made with what it may do, shown once, and revoked", async () => {
  const { page, close } = await visit(server, "/me", "admin")
  await page.getByRole("button", { name: "New API key" }).click()
  await page.getByLabel("Name", { exact: true }).fill("nightly")
  await page.getByRole("checkbox", { name: "Tags: View" }).focus()
  await page.keyboard.press("Space")
  await page.getByRole("button", { name: "Make API key" }).click()
  const key = (await page.getByRole("region", { name: "API key", exact: true }).textContent())?.trim() ?? ""
  const read = (path: string) => fetch(server.url + path, { headers: { Authorization: `Api-Key ${key}` } })
  assert.equal((await read("/api/_/records/tags/")).status, 200)
  assert.equal((await read("/api/_/records/articles/")).status, 403)
  await page.getByRole("button", { name: "Key is kept safe" }).click()
  await becomes(() => page.getByText(key).count(), 0)
  await page
    .getByRole("row", { name: /nightly/ })
    .getByRole("button", { name: "Revoke key" })
    .click()
  await page.getByText("The API key is revoked.").waitFor()
  assert.equal((await read("/api/_/records/tags/")).status, 401)
  await close()
})
