// What was typed is kept when the server refuses it, fails or does not answer; its words are said beside it; and it can
// be sent again.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { type Answer, logInOver, refusals, type Window, Windows, wordsOf } from "./faults.ts"
import { type Form, type Forms, goes, plainForms } from "./forms.ts"
import { api, setupLink, startServer } from "./harness.ts"
import { prepare } from "./screens.ts"
import { workForms } from "./workforms.ts"

const server = await startServer()
const at = await prepare(server)
const ask = await api(server, "admin")
const invite = await ask("POST", "/api/_/people/invite/", { username: "dilek" })
const link = String((invite.body as { link: string }).link)
const inside = new Windows(server, "admin")

/** A server that waits for its first account, and the link for it. */
async function emptyServer(): Promise<{ path: string; windows: Windows }> {
  const project = mkdtempSync(join(tmpdir(), "couplet-e2e-project-"))
  after(() => rmSync(project, { recursive: true, force: true }))
  const empty = await startServer({ project })
  return { path: await setupLink(empty), windows: new Windows(empty, null) }
}

const account = { Username: "ada", "E-mail address": "ada@example.org", Password: "ada-Pass-12345" }

const forms: Forms = {
  "set-up": {
    ...(await emptyServer()),
    main: "POST _/setup/",
    fields: account,
    send: "Create account",
    done: goes(/\/admin\/start/),
  },
  "set-up, whose log-in fails": {
    ...(await emptyServer()),
    main: "POST auth/login/",
    fields: account,
    send: "Create account",
    done: goes(/\/admin\/start/),
  },
  ...plainForms({
    open: new Windows(server, null),
    other: new Windows(server, "user"),
    invitation: link.slice(link.indexOf("/verify")),
    at,
  }),
  ...workForms,
}

test("what was typed is kept when the server refuses it, and sent again", { concurrency: 4 }, async (t) => {
  const turns = new Map<string, Promise<unknown>>()
  await Promise.all(
    Object.entries(forms).map(([name, form]) => {
      const before = turns.get(form.turn ?? "")
      const done = t.test(name, async () => {
        await before
        await (form.windows ?? inside).use((window) => tryForm(window, form))
      })
      if (form.turn) turns.set(form.turn, done)
      return done
    }),
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
    await form.kept?.(page)
  }
  fault.answer = refusals[0] ?? "right" // a pause in writing may send it
  for (const [label, text] of Object.entries(form.fields)) await field(label).fill(text)
  let last: Answer | undefined
  const send = () => {
    if (typeof form.send !== "string") return form.send(page, last)
    return page.getByRole("button", { name: form.send, exact: true }).click()
  }
  for (const refusal of refusals) {
    fault.answer = refusal
    await send()
    last = refusal
    const words = form.own?.[Number(refusal)] ?? wordsOf(refusal)
    const place = form.place?.(page).getByText(words) ?? page.getByText(words)
    await place.and(page.locator(":not([aria-label=Messages] *)")).first().waitFor()
    await kept()
  }
  const { person } = form.windows ?? inside
  fault.answer = person ? 401 : "right"
  await send()
  if (person) {
    await page.getByRole("dialog", { name: "Your log-in has ended" }).waitFor()
    await page.getByRole("dialog", { name: "Your log-in has ended" }).getByLabel("Password").waitFor()
    fault.answer = "right"
    await logInOver(page, person)
  }
  await form.done(page)
}
