// What was typed is kept when the server refuses it, fails or does not answer; its words are said beside it; and it can
// be sent again.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { logInOver, refusals, type Window, Windows, wordsOf } from "./faults.ts"
import { api, browser, people, startServer } from "./harness.ts"
import { prepare } from "./screens.ts"

const server = await startServer()
await browser()
const at = await prepare(server)
const ask = await api(server, "admin")
const invite = await ask("POST", "/api/_/people/invite/", { username: "dilek" })
const link = String((invite.body as { link: string }).link)
const windows = { open: new Windows(server, false), inside: new Windows(server, true) }

interface Form {
  path: string
  /** Open without a log-in. */
  open?: boolean
  /** What is sent, below /api/. */
  main: string
  /** Opens the form. */
  act?: (page: Page) => Promise<void>
  fields: { [label: string]: string }
  send: string
  /** After a refusal it is sent by another button. */
  again?: string
  /** Refusals that are told in words of the admin's own. */
  own?: { [status: number]: string | null }
  /** What a success is seen by. */
  done: (page: Page) => Promise<unknown>
}

const goes = (path: RegExp) => (page: Page) => page.waitForURL(path)
const says = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor()
const press = (name: string) => (page: Page) => page.getByRole("button", { name }).first().click()

const forms: { [name: string]: Form } = {
  "log in": {
    path: "/login",
    open: true,
    main: "POST auth/login/",
    fields: { Username: "admin", Password: people.admin },
    send: "Log in",
    done: goes(/\/data\//),
  },
  "forgotten password": {
    path: "/reset",
    open: true,
    main: "POST _/password/reset/",
    fields: { "E-mail address": "somebody@example.org" },
    send: "Send a link",
    done: says("a link is on its way"),
  },
  invitation: {
    path: link.slice(link.indexOf("/verify")),
    open: true,
    main: "POST _/invitations/accept/",
    fields: { "First name": "Dilek", "Last name": "Ak", Password: "dilek-Pass-123" },
    send: "Accept invitation",
    done: goes(/\/admin\/(data|start)/),
  },
  "new record": {
    path: "/data/tags/new",
    main: "POST _/records/tags/",
    fields: { Slug: "a-name-that-is-kept", Name: "A name that is kept" },
    send: "Create tag",
    done: goes(/\/data\/tags\/(?!new)[^/]+$/),
  },
  record: {
    path: "/data/articles/2",
    main: "PATCH _/records/articles/2/",
    fields: { Title: "A title that is kept" },
    send: "Save",
    done: (page) => page.getByRole("button", { name: "Save", exact: true }).waitFor({ state: "detached" }),
  },
  "record in the panel": {
    path: "/data/articles?rec=3",
    main: "PATCH _/records/articles/3/",
    fields: { Title: "A title that is kept too" },
    send: "Save",
    done: (page) => page.getByRole("button", { name: "Save", exact: true }).waitFor({ state: "detached" }),
  },
  "an invitation to somebody": {
    path: "/people?new=1",
    main: "POST _/people/invite/",
    fields: { Username: "bo", "E-mail": "bo@example.org" },
    send: "Invite",
    done: says("bo is invited."),
  },
  person: {
    path: "/people/2",
    main: "PATCH _/records/users/2/",
    fields: { "First name": "Bo", "Last name": "Li" },
    send: "Save account",
    own: { 412: "Somebody else has changed the account since it was read." },
    done: (page) => page.getByRole("button", { name: "Save account" }).waitFor({ state: "detached" }),
  },
  "my names": {
    path: "/me",
    main: "PATCH auth/user/",
    fields: { "First name": "Ada", "Last name": "Admin" },
    send: "Save names",
    done: says("Your names are saved."),
  },
  "API key": {
    path: "/me",
    act: async (page) => {
      await press("New API key")(page)
      await page.getByText("May do all that I may do").click()
    },
    main: "POST auth/keys/",
    fields: { Name: "a key that is kept" },
    send: "Make API key",
    done: says("It is not shown again."),
  },
  "new webhook": {
    path: "/operate/webhooks/new",
    main: "POST _/webhooks/",
    fields: { Name: "kept", Address: "https://example.org/kept" },
    send: "Make the webhook",
    done: press("Go to the webhook"),
  },
  "webhook, settings": {
    path: at("/operate/webhooks/{webhook}?tab=settings"),
    main: "PATCH _/webhooks/[^/]+/",
    fields: { Name: "a name that is kept" },
    send: "Save the webhook",
    done: (page) => page.getByRole("heading", { level: 1, name: "a name that is kept" }).waitFor(),
  },
  "a setting": {
    path: "/settings/mail",
    main: "PATCH _/settings/",
    fields: { mail_from: "kept@example.org" },
    send: "Store mail_from",
    done: says("mail_from is stored"),
  },
  "a test mail": {
    path: "/settings/mail",
    main: "POST _/settings/mail/test/",
    fields: { To: "kept@example.org", "Mail server to try": "smtp://localhost:1" },
    send: "Send test mail",
    done: says("did not take the mail"),
  },
  "a view": {
    path: "/data/articles?filter=views%20%3E%20500",
    act: press("Save as view"),
    main: "POST _/views/",
    fields: { Name: "A view that is kept" },
    send: "Save the view",
    own: { 412: "Somebody else has changed this view." },
    done: (page) => page.getByRole("link", { name: "A view that is kept" }).first().waitFor(),
  },
}

test("what was typed is kept when the server refuses it, and sent again", { concurrency: 4 }, async (t) => {
  await Promise.all(
    Object.entries(forms).map(([name, form]) =>
      t.test(name, () => (form.open ? windows.open : windows.inside).use((window) => tryForm(window, form))),
    ),
  )
})

async function tryForm({ page, fault }: Window, form: Form): Promise<void> {
  fault.main = new RegExp(`^${form.main.replace(" ", " /api/")}$`)
  await page.goto("about:blank")
  await page.goto(`/admin${form.path}`)
  await form.act?.(page)
  const field = (label: string) =>
    page
      .getByLabel(new RegExp(`^${label}`))
      .and(page.locator("input, textarea"))
      .first()
  const kept = async () => {
    for (const [label, text] of Object.entries(form.fields))
      assert.equal(await field(label).inputValue(), text)
  }
  for (const [label, text] of Object.entries(form.fields)) await field(label).fill(text)
  const send = () => page.getByRole("button", { name: form.send, exact: true }).click()
  for (const refusal of refusals) {
    fault.answer = refusal
    await send()
    const words = form.own?.[Number(refusal)] ?? wordsOf(refusal)
    await page.getByText(words).and(page.locator(":not([aria-label=Messages] *)")).first().waitFor()
    await kept()
  }
  fault.answer = form.open ? "right" : 401
  await send()
  if (!form.open) {
    await page.getByRole("dialog", { name: "Your log-in has ended" }).waitFor()
    await page.getByRole("dialog", { name: "Your log-in has ended" }).getByLabel("Password").waitFor()
    fault.answer = "right"
    await logInOver(page)
  }
  await form.done(page)
}
