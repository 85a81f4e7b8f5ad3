import assert from "node:assert/strict"
import { createServer, type Server as Sink } from "node:net"
import { after, test } from "node:test"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer({ args: ["--history-days", "30"] })

test("a setting is stored, comes live to who looks at it, and goes back to its default", async () => {
  const { page, close } = await visit(server, "/settings/live", "admin", { expected: /\b400\b.*settings/ })
  const other = await visit(server, "/settings/live", "admin")
  const row = page.getByRole("group", { name: "live_per_user" })
  const field = row.getByRole("textbox", { name: "live_per_user" })
  await row.getByText("The default.", { exact: true }).waitFor()
  await field.fill("many")
  await page.keyboard.press("Enter")
  await row.getByText(/whole number|valid|integer/i).waitFor()
  await becomes(() => field.inputValue(), "many")
  await field.fill("70")
  await page.keyboard.press("Enter")
  await row.getByText("Stored here. The default is 100.").waitFor()
  const theirs = other.page.getByRole("group", { name: "live_per_user" })
  await theirs.getByText("Stored here. The default is 100.").waitFor()
  await becomes(() => theirs.getByRole("textbox").inputValue(), "70")
  await row.getByRole("button", { name: "Back to the default" }).click()
  await row.getByText("The default.", { exact: true }).waitFor()
  await becomes(() => field.inputValue(), "100")
  await other.close()
  await close()
})

test("what a flag sets is read-only and says so; secrets are not shown", async () => {
  const { page, close } = await visit(server, "/settings/history", "admin")
  const row = page.getByRole("group", { name: "history_days" })
  await row.getByText("Set by the flag --history-days. Change it where the server is started.").waitFor()
  await row.getByText("30", { exact: true }).waitFor()
  await becomes(() => row.getByRole("textbox").count(), 0)
  await page.getByRole("link", { name: "Accounts" }).click()
  await page.getByRole("group", { name: "token_secret" }).getByText("not set", { exact: true }).waitFor()
  await close()
})

test("who may not open the settings is told so, and has no entry that leads there", async () => {
  const { page, close } = await visit(server, "/settings", "user", { expected: /: settings\n/ })
  await page.getByText("You may not open this page.").waitFor()
  await becomes(() => page.getByRole("group", { name: "addr" }).count(), 0)
  await becomes(() => page.getByRole("link", { name: "Settings" }).count(), 0)
  await close()
})

test("a mail is tried before it is stored, and what the server said is told", async () => {
  const { port, mails } = await mailSink()
  const { page, close } = await visit(server, "/settings/mail", "admin", { expected: /\b400\b.*mail/ })
  await page.getByLabel("To", { exact: true }).fill("ada@example.com")
  await page.getByRole("button", { name: "Send test mail" }).click()
  await page.getByText("No mail server is set: mails are printed on the server's console.").waitFor()
  await page.getByLabel("Mail server to try").fill(`smtp://localhost:${port}`)
  await page.getByLabel("Sender to try").fill("Magazine <noreply@example.com>")
  await page.getByRole("button", { name: "Send test mail" }).click()
  await page.getByText(`localhost:${port} took the mail. It said: 250 2.0.0 Ok: queued as 4F2A`).waitFor()
  assert.match(mails.join("\n"), /To: .*ada@example\.com/)
  await page.getByLabel("To", { exact: true }).fill("refused@example.com")
  await page.getByRole("button", { name: "Send test mail" }).click()
  await page.getByText(/did not take the mail. It said: .*550 5.1.1 no such mailbox/).waitFor()
  const ask = await api(server, "admin")
  const { body } = await ask("GET", "/api/_/settings/")
  const stored = (body as { settings: { name: string; value: string }[] }).settings
  assert.equal(stored.find(({ name }) => name === "mail_server")?.value, "")
  await close()
})

/** A mail server that takes everything but mails to refused@. */
async function mailSink(): Promise<{ port: number; mails: string[] }> {
  const mails: string[] = []
  const sink: Sink = createServer((socket) => {
    let data = false
    let kept = ""
    const say = (line: string) => socket.write(`${line}\r\n`)
    const heard = (line: string) => {
      if (data) {
        mails.push(line)
        if (line !== ".") return
        data = false
        say("250 2.0.0 Ok: queued as 4F2A")
      } else if (/^EHLO|^HELO/i.test(line)) say("250 sink")
      else if (/^RCPT TO:<refused@/i.test(line)) say("550 5.1.1 no such mailbox")
      else if (/^DATA/i.test(line)) {
        data = true
        say("354 go on")
      } else if (/^QUIT/i.test(line)) {
        say("221 bye")
        socket.end()
      } else say("250 ok")
    }
    say("220 sink")
    socket.on("error", () => {})
    socket.on("data", (bytes) => {
      const lines = (kept + bytes.toString()).split("\r\n")
      kept = lines.pop() ?? ""
      for (const line of lines) heard(line)
    })
  })
  await new Promise<void>((resolve) => sink.listen(0, "localhost", resolve))
  after(() => sink.close())
  const address = sink.address()
  assert.ok(address && typeof address === "object")
  return { port: address.port, mails }
}
