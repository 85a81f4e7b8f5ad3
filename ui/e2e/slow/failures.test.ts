// What is seen when the server refuses, fails, is slow or does not answer: its own words, in their place, and a way on.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page, Route } from "playwright-core"
import { people, startServer, type Visit, visit } from "../harness.ts"
import { screens } from "../screens.ts"

const server = await startServer()

/** The request that a screen stands on, by method and path. */
const mainRequests: { [screen: string]: RegExp } = {
  records: /^GET \/api\/_\/records\/articles\/$/,
  "records, filtered": /^GET \/api\/_\/records\/articles\/$/,
  "records, none": /^GET \/api\/_\/records\/articles\/$/,
  "record in the panel": /^GET \/api\/_\/records\/articles\/1\/$/,
  "record, history": /^GET \/api\/_\/history\/articles\/1\/$/,
  "record, related": /^GET \/api\/_\/records\/comments\/$/,
  "record as a page": /^GET \/api\/_\/records\/articles\/1\/$/,
  "deleted records": /^GET \/api\/_\/records\/articles\/deleted\/$/,
  import: /^GET \/api\/_\/imports\/$/,
  schema: /^GET \/api\/_\/schema\/$/,
  "schema as a diagram": /^GET \/api\/_\/schema\/$/,
  collection: /^GET \/api\/_\/schema\/$/,
  access: /^GET \/api\/_\/access\/matrix\/$/,
  people: /^GET \/api\/_\/people\/$/,
  person: /^GET \/api\/_\/people\/2\/$/,
  activity: /^GET \/api\/_\/changes\/$/,
  jobs: /^GET \/api\/_\/jobs\/$/,
  webhooks: /^GET \/api\/_\/webhooks\/$/,
  logs: /^GET \/api\/_\/logs\/$/,
  metrics: /^GET \/api\/_\/metrics\/$/,
  connections: /^GET \/api\/_\/live\/connections\/$/,
  backups: /^GET \/api\/_\/backups\/$/,
  settings: /^GET \/api\/_\/settings\/$/,
  "settings, mail": /^GET \/api\/_\/settings\/$/,
  API: /^GET \/api\/schema\/$/,
  "API, a resource": /^GET \/api\/schema\/$/,
  about: /^GET \/api\/_\/about\/$/,
}

/** How a request is answered: with a status, not at all, or rightly once it is let go. */
type Answer = number | "aborted" | "held" | "right"

interface Fault {
  answer: Answer
  letGo: () => void
}

/** Answers the requests that match as `fault` says at the time. */
async function faulty(page: Page, main: RegExp, first: Answer): Promise<Fault> {
  const held: Route[] = []
  const fault: Fault = {
    answer: first,
    letGo: () => {
      fault.answer = "right"
      for (const route of held.splice(0)) void route.continue().catch(() => undefined)
    },
  }
  await page.route(
    (url) => url.pathname.startsWith("/api/"),
    async (route) => {
      const { pathname } = new URL(route.request().url())
      const { answer } = fault
      if (answer === 401 && pathname === "/api/auth/token/refresh/") return refuse(route, 401)
      if (!main.test(`${route.request().method()} ${pathname}`)) return route.fallback()
      if (answer === "held") return void held.push(route)
      if (answer === "right") return route.fallback()
      if (answer === "aborted") return route.abort()
      return refuse(route, answer)
    },
  )
  return fault
}

const wordsOf = (status: number) => `These are the words of ${status}.`

function refuse(route: Route, status: number): Promise<void> {
  return route.fulfill({ status, json: { detail: wordsOf(status) } })
}

const statuses = [403, 409, 429, 500]
const expected = /Failed to load resource|ERR_FAILED/

async function start(path: string, person: "admin" | null = "admin"): Promise<Visit> {
  const visited = await visit(server, "/about", person, { expected })
  visited.page.setDefaultTimeout(8_000)
  return Object.assign(visited, { path })
}

const said = (page: Page, text: string) => page.getByText(text).first()

async function logInOver(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Your log-in has ended" })
  await dialog.getByLabel("Password").fill(people.admin)
  await dialog.getByRole("button", { name: "Log in" }).click()
  await dialog.waitFor({ state: "detached" })
}

test("a screen whose request fails says so in the server's words, and goes on", async (t) => {
  for (const { name, path } of screens) {
    const main = mainRequests[name]
    if (!main) continue
    await t.test(name, async () => {
      const { page, close } = await start(path)
      const fault = await faulty(page, main, 403)
      const again = page.getByRole("button", { name: "Try again" }).first()
      await page.goto(`/admin${path}`)
      for (const status of statuses) {
        await said(page, wordsOf(status)).waitFor()
        await page.locator("main h1").first().waitFor()
        fault.answer = statuses[statuses.indexOf(status) + 1] ?? "aborted"
        await again.click()
      }
      await said(page, "The server did not answer.").waitFor()
      fault.answer = 401
      await again.click()
      await page.getByRole("dialog", { name: "Your log-in has ended" }).waitFor()
      fault.answer = "right"
      await logInOver(page)
      await again.waitFor({ state: "detached" })
      await page.unrouteAll({ behavior: "ignoreErrors" })
      await close()
    })
  }
})

test("a screen that has to wait says that it loads, and nothing that is not so", async (t) => {
  for (const { name, path } of screens) {
    const main = mainRequests[name]
    if (!main) continue
    await t.test(name, async () => {
      const { page, close } = await start(path)
      const fault = await faulty(page, main, "held")
      await page.goto(`/admin${path}`)
      await page.locator("main h1").first().waitFor()
      // The request itself is held as long as it takes; 10 seconds are waited for below, once.
      await page.waitForTimeout(name === "records" ? 10_000 : 500)
      const text = await page.locator("main").textContent()
      assert.doesNotMatch(text ?? "", /did not load|did not answer|No \w+ (yet|match)/)
      fault.letGo()
      await page.locator("main [role=status][aria-label=Loading]").first().waitFor({ state: "detached" })
      await page.unrouteAll({ behavior: "ignoreErrors" })
      await close()
    })
  }
})

interface Form {
  name: string
  path: string
  open?: boolean
  main: RegExp
  fields: { [label: string]: string }
  send: string
  /** What a success is seen by. */
  done: (page: Page) => Promise<void>
}

const forms: Form[] = [
  {
    name: "log in",
    path: "/login",
    open: true,
    main: /^POST \/api\/auth\/login\/$/,
    fields: { Username: "admin", Password: people.admin },
    send: "Log in",
    done: (page) => page.waitForURL(/\/data\//),
  },
  {
    name: "forgotten password",
    path: "/reset",
    open: true,
    main: /^POST \/api\/_\/password\/reset\/$/,
    fields: { "E-mail address": "somebody@example.org" },
    send: "Send a link",
    done: (page) => page.getByLabel("E-mail address").waitFor({ state: "detached" }),
  },
  {
    name: "new record",
    path: "/data/tags/new",
    main: /^POST \/api\/_\/records\/tags\/$/,
    fields: { Slug: "a-name-that-is-kept", Name: "A name that is kept" },
    send: "Create tag",
    done: (page) => page.waitForURL(/\/data\/tags\/(?!new)[^/]+$/),
  },
]

test("what was typed is kept when the server refuses it, and sent again", async (t) => {
  for (const form of forms) await t.test(form.name, () => tryForm(form))
})

async function tryForm({ path, open, main, fields, send, done }: Form): Promise<void> {
  const { page, close } = await start(path, open ? null : "admin")
  const fault = await faulty(page, main, 403)
  await page.goto(`/admin${path}`)
  const field = (label: string) => page.locator("main").getByLabel(label).first()
  const kept = async () => {
    for (const [label, text] of Object.entries(fields)) assert.equal(await field(label).inputValue(), text)
  }
  for (const [label, text] of Object.entries(fields)) await field(label).fill(text)
  const button = page.locator("main").getByRole("button", { name: send })
  for (const status of statuses) {
    fault.answer = status
    await button.click()
    await said(page, wordsOf(status)).waitFor()
    await kept()
  }
  fault.answer = "aborted"
  await button.click()
  await said(page, "The server did not answer.").waitFor()
  await kept()
  fault.answer = open ? "right" : 401
  await button.click()
  if (!open) {
    await page.getByRole("dialog", { name: "Your log-in has ended" }).waitFor()
    await kept()
    fault.answer = "right"
    await logInOver(page)
  }
  await done(page)
  await page.unrouteAll({ behavior: "ignoreErrors" })
  await close()
}

test("a screen that one may not open is refused inside the frame", async () => {
  const { page, close } = await visit(server, "/people", "user", { expected })
  await page.locator("main h1").getByText("You may not open this page.").waitFor()
  await page.locator("aside").first().waitFor()
  await close()
})
