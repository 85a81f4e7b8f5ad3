// What every screen shows when the server refuses, fails, does not answer or takes long: its own words, in their place,
// and a way on.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { logInOver, refusals, type Window, Windows, wordsOf } from "./faults.ts"
import { startServer, visit } from "./harness.ts"
import { prepare, screens } from "./screens.ts"

const server = await startServer()
const at = await prepare(server)
const windows = { open: new Windows(server, null), inside: new Windows(server, "admin") }

/** The request that a screen stands on, below /api/; "" where it asks for nothing that only it needs. */
const mains: { [screen: string]: string } = {
  "log in": "",
  "set-up": "GET _/setup/",
  "forgotten password": "",
  invitation: "POST _/invitations/check/",
  start: "",
  "new collection from a CSV": "",
  records: "GET _/records/articles/",
  "records, filtered": "GET _/records/articles/",
  "records, none": "GET _/records/articles/(count/)?",
  "record in the panel": "GET _/records/articles/1/",
  "record, history": "GET _/history/articles/1/",
  "record, API": "GET _/records/articles/1/",
  "record, related": "GET _/records/comments/",
  "record as a page": "GET _/records/articles/1/",
  "new record": "GET _/collections/",
  "deleted records": "GET _/records/articles/deleted/",
  import: "GET _/imports/",
  schema: "GET _/schema/",
  "schema as a diagram": "GET _/schema/",
  "versions of the schema": "GET _/migrations/",
  "new collection": "GET _/schema/",
  collection: "GET _/schema/",
  "collection, a field": "GET _/schema/",
  "collection, resources": "GET _/schema/",
  "collection, indexes": "GET _/schema/",
  "collection, settings": "GET _/schema/",
  plan: "POST _/schema/plan/",
  "plan with mistakes": "POST _/schema/plan/",
  rebase: "POST _/schema/drafts/[^/]+/rebase/",
  access: "GET _/access/matrix/",
  "access, new role": "",
  "access, a cell": "GET _/access/matrix/",
  "access, fields": "GET _/schema/",
  "access, a rule": "GET _/schema/",
  "access, why": "GET _/access/matrix/",
  people: "GET _/people/",
  "people, new": "GET _/people/",
  "people, invitations": "GET _/people/",
  "people, log-ins": "GET auth/sessions/",
  "people, keys": "GET auth/keys/",
  "people, log": "GET _/changes/",
  person: "GET _/people/2/",
  "person, log": "GET _/changes/",
  activity: "GET _/changes/",
  jobs: "GET _/jobs/",
  webhooks: "GET _/webhooks/",
  "new webhook": "",
  webhook: "GET _/webhooks/[^/]+/deliveries/",
  "webhook, settings": "GET _/webhooks/[^/]+/",
  logs: "GET _/logs/",
  "logs, a request": "",
  "logs, lines": "GET _/logs/lines/",
  metrics: "GET _/metrics/",
  "metrics, table": "GET _/metrics/",
  connections: "GET _/live/connections/",
  backups: "GET _/backups/",
  doctor: "",
  "no such page": "",
  API: "GET schema/",
  "API, a resource": "GET schema/",
  "my account": "GET auth/sessions/",
  about: "GET _/about/",
  "about, licences": "GET _/about/licences/",
}

const mainOf = (name: string) => mains[name] ?? (name.startsWith("settings") ? "GET _/settings/" : undefined)

const pattern = (main: string) => new RegExp(`^${main.replace(" ", " /api/")}$`)

test("of every screen it is known what it stands on", () => {
  assert.deepEqual(
    screens.map(({ name }) => name).filter((name) => mainOf(name) === undefined),
    [],
  )
})

test("a screen waits, fails in the server's words, and goes on", { concurrency: 4 }, async (t) => {
  const cases = screens.filter(({ name }) => mainOf(name))
  await Promise.all(
    cases.map(({ name, path, open }) =>
      t.test(name, () =>
        (open ? windows.open : windows.inside).use((window) =>
          suffer(window, at(path), pattern(mainOf(name) ?? ""), !open),
        ),
      ),
    ),
  )
})

/** Opens a screen whose request is first slow, then refused in each way, and at last answered. */
async function suffer({ page, fault }: Window, path: string, main: RegExp, loggedIn: boolean): Promise<void> {
  Object.assign(fault, { main, answer: "held" })
  await page.goto("about:blank")
  await page.goto(`/admin${path}`)
  await waits(page, path.endsWith("/import/new"))
  for (const refusal of refusals) {
    fault.answer = refusal
    if (refusal === refusals[0]) fault.letGo()
    else await again(page).click()
    await failed(page, wordsOf(refusal)).waitFor()
    await page.locator("h1").first().waitFor()
  }
  if (loggedIn) {
    fault.answer = 401
    await again(page).click()
    await page.getByRole("dialog", { name: "Your log-in has ended" }).waitFor()
    fault.answer = "right"
    await logInOver(page)
  } else {
    fault.answer = "right"
    await again(page).click()
  }
  await again(page).waitFor({ state: "detached" })
  await loading(page).waitFor({ state: "detached" })
}

const failed = (page: Page, words: string) => page.getByRole("alert").filter({ hasText: words }).first()
const again = (page: Page) => page.getByRole("alert").getByRole("button", { name: "Try again" }).first()
const loading = (page: Page) => page.locator("[aria-label=Loading]").first()

/**
 * Ten seconds pass on a page whose request is held: it says that it loads, and nothing that is not so. An import can be
 * begun before it is known which others there were, so there nothing needs to be said.
 */
async function waits(page: Page, quiet: boolean): Promise<void> {
  if (!quiet) await loading(page).waitFor()
  await page.clock.fastForward(10_000)
  if (!quiet) await loading(page).waitFor()
  const text = (await page.locator("main").first().textContent()) ?? ""
  assert.doesNotMatch(text, /did not load|did not answer|No \w+ (yet|match)/)
}

test("a screen that one may not open is refused inside the frame", async () => {
  const { page, close } = await visit(server, "/people", "user", { expected: /Failed to load resource/ })
  await page.locator("main h1").getByText("You may not open this page.").waitFor()
  await page.locator("aside").first().waitFor()
  await close()
})
