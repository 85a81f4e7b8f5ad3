// A record as page: forms, what others do meanwhile, and the ways back.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, type Server, startServer, visit } from "./harness.ts"

const refusals = /40[034]|412/

/** The server, with a second superuser: Uma User. */
async function withUma(): Promise<Server> {
  const server = await startServer()
  const admin = await api(server, "admin")
  assert.equal((await admin("PATCH", "/api/_/records/users/2/", { is_superuser: true })).status, 200)
  return server
}

const text = (page: Page, label: string) => page.getByRole("textbox", { name: label, exact: false })
const bar = (page: Page) => page.getByText(/unsaved field/)

/** The bodies of the PATCH requests that a page sends. */
function patches(page: Page): string[] {
  const bodies: string[] = []
  page.on("request", (request) => {
    if (request.method() === "PATCH" && request.url().includes("/records/"))
      bodies.push(request.postData() ?? "")
  })
  return bodies
}

test("a new record with new related records, made in place and by keyboard", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/articles/new", "admin")
  await text(page, "Title").fill("Rooftops")
  await text(page, "Slug").fill("rooftops")
  await text(page, "Body").fill("Seen from above.")
  await page.getByRole("combobox", { name: "Author" }).fill("dilek")
  await page.keyboard.press("Enter")
  const author = page.getByRole("region", { name: "New Author" })
  await author.getByRole("combobox", { name: "User" }).fill("dilek")
  await page.getByRole("option", { name: "Create “dilek”" }).waitFor()
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Enter")
  const user = page.getByRole("region", { name: "New User" })
  await becomes(() => user.getByRole("textbox", { name: "Username" }).inputValue(), "dilek")
  assert.deepEqual(await user.getByRole("navigation").locator("> *").allTextContents(), [
    "New Article",
    "New Author",
    "New User",
  ])
  await page.keyboard.press("Control+Enter")
  await author.getByRole("textbox", { name: "Email" }).fill("dilek@example.com")
  await page.keyboard.press("Control+Enter")
  await author.waitFor({ state: "detached" })
  await becomes(() => page.getByRole("combobox", { name: "Author" }).inputValue(), "dilek")
  await text(page, "Title").press("Control+Enter")
  await page.waitForURL(/\/data\/articles\/\d+$/)
  await page.getByRole("heading", { name: "Rooftops" }).waitFor()
  await close()
})

test("a change sends its own field and leaves every byte of the others", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  const token = (await (
    await fetch(`${server.url}/api/token/`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username: "admin", password: "admin-Pass-123" }),
    })
  ).json()) as { access: string }
  const raw = async (method: string, body?: string) =>
    await (
      await fetch(`${server.url}/api/_/records/events/${id}/?with=`, {
        method,
        headers: { Authorization: `Bearer ${token.access}`, "Content-Type": "application/json" },
        ...(body ? { body } : {}),
      })
    ).text()
  const { results } = (await admin("GET", "/api/_/records/events/?limit=1")).body as {
    results: { id: string }[]
  }
  const id = results[0]?.id ?? ""
  const odd =
    '{"external_id":9007199254740993,"code":"ABC-0070","access_code":"007","venue":"😀 Hall","website":"","starts_at":"10:00:00.000001",' +
    '"registration_opens":"2024-06-14T17:02:00.000001Z","extra":{"big":9007199254740993,"dec":1.10,"text":"a\\nb"}}'
  const before = await raw("PATCH", odd)
  assert.match(before, /"big":9007199254740993/)
  const { page, close } = await visit(server, `/data/events/${id}`, "admin")
  const sent = patches(page)
  await text(page, "Title").fill("Renamed")
  await page.keyboard.press("Control+s")
  await page.getByText("Renamed was saved.").waitFor()
  assert.deepEqual(sent, ['{"title":"Renamed"}'])
  const unlike = (json: string) => json.replace(/"title":"[^"]*"/, "").replace(/"_v":"[^"]*"/, "")
  assert.equal(unlike(await raw("GET")), unlike(before))
  await page.getByRole("button", { name: "Format Extra" }).click()
  await page.keyboard.press("Control+s")
  await bar(page).waitFor({ state: "detached" })
  assert.match(await raw("GET"), /"big":9007199254740993/)
  await close()
})

test("what the server refuses stands at its field, in its words, and the text stays", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/articles/1", "admin", { expected: refusals })
  await text(page, "Views").fill("12a")
  await page.getByText("1 unsaved field").waitFor()
  await page.keyboard.press("Control+s")
  await page.getByText("A valid integer is required.").waitFor()
  await becomes(() => text(page, "Views").inputValue(), "12a")
  await text(page, "Meta").fill("{")
  await text(page, "Views").fill("12")
  await page.keyboard.press("Control+s")
  await page.getByText("2 unsaved fields").waitFor()
  await text(page, "Meta").fill("{}")
  await page.keyboard.press("Control+s")
  await bar(page).waitFor({ state: "detached" })
  await close()
})

test("two who change the same field: both sides, and either may be taken", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  const { page, close } = await visit(server, "/me", "admin", { expected: refusals })
  await page.routeWebSocket(/api\/live/, () => undefined)
  await page.goto("/admin/data/articles/1")
  await text(page, "Title").fill("Mine")
  await admin("PATCH", "/api/_/records/articles/1/", { title: "Theirs", views: 99 })
  await page.keyboard.press("Control+s")
  const sides = page.getByRole("group", { name: "Two versions of Title" })
  await sides.getByText("admin has changed this field").waitFor()
  await becomes(() => text(page, "Views").inputValue(), "99")
  await sides.getByRole("button", { name: "Keep mine" }).click()
  await text(page, "Title").press("Control+s")
  await page.getByText("Mine was saved.").waitFor()
  await text(page, "Slug").fill("mine")
  await admin("PATCH", "/api/_/records/articles/1/", { views: 100 })
  await page.keyboard.press("Control+s")
  await bar(page).waitFor({ state: "detached" })
  const { body } = await admin("GET", "/api/_/records/articles/1/")
  const { title, slug, views } = body as { title: string; slug: string; views: number }
  assert.deepEqual([title, slug, views], ["Mine", "mine", 100])
  await close()
})

test("what others change arrives, and shows where it was being changed here", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  const { page, close } = await visit(server, "/data/articles/1", "admin", { expected: refusals })
  await text(page, "Title").fill("Mine")
  await admin("PATCH", "/api/_/records/articles/1/", { title: "Theirs", views: 4321 })
  await page.waitForFunction(() =>
    [...document.querySelectorAll("input")].some((input) => input.value === "4321"),
  )
  await page.getByRole("button", { name: "Take theirs: Title" }).click()
  await becomes(() => text(page, "Title").inputValue(), "Theirs")
  await becomes(() => bar(page).count(), 0)
  await close()
})

test("two browsers see each other, and which field is edited", async () => {
  const server = await withUma()
  const one = await visit(server, "/data/articles/1", "admin")
  const two = await visit(server, "/data/articles/1", "user")
  await one.page.getByText("Uma User").waitFor()
  await text(two.page, "Slug").focus()
  await one.page.getByText("Uma User is editing this field.").waitFor()
  await two.close()
  await one.page.getByRole("status", { name: "Also here: Uma User" }).waitFor({ state: "detached" })
  await one.close()
})

test("leaving asks, and what was not saved is offered again after a reload", async () => {
  const server = await startServer()
  const { page, close } = await visit(server, "/data/articles/1", "admin")
  page.on("dialog", (dialog) => void dialog.accept())
  await text(page, "Title").fill("Unsaved")
  await page.getByRole("link", { name: "Tags" }).first().click()
  await page.getByRole("button", { name: "Stay here" }).click()
  await becomes(() => text(page, "Title").inputValue(), "Unsaved")
  await page.reload()
  await page.getByText("There are changes from before that were not saved: Title.").waitFor()
  await page.getByRole("button", { name: "Take the changes up" }).click()
  await becomes(() => text(page, "Title").inputValue(), "Unsaved")
  await page.getByRole("button", { name: "Discard" }).click()
  await page.getByRole("link", { name: "Tags" }).first().click()
  await page.waitForURL(/\/data\/tags/)
  await close()
})

test("deleting says what goes with it, and all of it comes back", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  const watcher = await visit(server, "/data/articles/1", "admin", { expected: refusals })
  const { page, close } = await visit(server, "/data/articles/1", "admin", { expected: refusals })
  await page.getByRole("button", { name: "Actions" }).click()
  await page.getByRole("menuitem", { name: "Delete article" }).click()
  await page.getByText(/4 comments are deleted with it\./).waitFor()
  await page.getByRole("button", { name: "Delete article" }).click()
  await page.waitForURL(/\/data\/articles$/)
  await watcher.page.getByText("This record was deleted.").waitFor()
  await page.goto("/admin/data/articles/deleted")
  await page.getByRole("button", { name: "Undelete Getting started with Django" }).click()
  await page.getByText("No deleted articles.").waitFor()
  const { body } = await admin("GET", "/api/_/records/comments/count/?filter=article==1")
  assert.equal((body as { count: number }).count, 4)
  await watcher.close()
  await close()
})

test("an earlier version comes back, wholly or in one field", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  await admin("PATCH", "/api/_/records/articles/1/", { title: "Getting going with Django", views: 1 })
  await admin("PATCH", "/api/_/records/articles/1/", { title: "Done with Django" })
  const { page, close } = await visit(server, "/data/articles/1?tab=history", "admin")
  await becomes(() => page.locator("del").first().textContent(), "Getting going")
  await page.getByRole("button", { name: "Restore Title of this version" }).first().click()
  await page.getByRole("heading", { name: "Getting going with Django" }).waitFor()
  await page.getByRole("button", { name: "Restore this version" }).last().click()
  await page.getByRole("heading", { name: "Getting started with Django" }).waitFor()
  const { body } = await admin("GET", "/api/_/records/articles/1/")
  assert.equal((body as { views: number }).views, 37)
  await close()
})
