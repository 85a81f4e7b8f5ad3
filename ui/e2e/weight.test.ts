// What a first visit costs.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { CDPSession } from "playwright-core"
import { browser, logIn, startServer } from "./harness.ts"

const server = await startServer()

test("log-in and grid weigh no more than they may", async () => {
  const budgets = { "/login": 160, "/data/articles": 260 } as const
  for (const [path, budget] of Object.entries(budgets)) {
    const context = await (await browser()).newContext({ baseURL: server.url })
    if (path !== "/login") await logIn(context, "admin")
    const page = await context.newPage()
    const sizes = await watchSizes(await context.newCDPSession(page), "gzip")
    await page.goto(`/admin${path}`)
    await page.waitForLoadState("networkidle")
    const { js, css, fonts } = sizes()
    assert.ok(js <= budget * 1000, `${path}: ${js} bytes of JavaScript, ${budget} kB are allowed`)
    assert.ok(css <= 30_000, `${path}: ${css} bytes of CSS`)
    assert.ok(fonts <= 55_000, `${path}: ${fonts} bytes of fonts`)
    await context.close()
  }
})

test("files come compressed by Brotli where that is taken", async () => {
  const page = await (await fetch(`${server.url}/admin/login`)).text()
  const script = /src="(\/admin\/assets\/[^"]+\.js)"/.exec(page)?.[1]
  assert.ok(script)
  const answer = await fetch(server.url + script, { headers: { "Accept-Encoding": "br" } })
  assert.equal(answer.headers.get("Content-Encoding"), "br")
})

/** Adds up what comes over the wire, by kind. */
async function watchSizes(session: CDPSession, encoding: string) {
  const kinds = new Map<string, string>()
  const total = { js: 0, css: 0, fonts: 0 }
  await session.send("Network.enable")
  await session.send("Network.setExtraHTTPHeaders", { headers: { "Accept-Encoding": encoding } })
  session.on("Network.responseReceived", ({ requestId, response }) => kinds.set(requestId, response.url))
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = kinds.get(requestId) ?? ""
    if (url.endsWith(".js")) total.js += encodedDataLength
    else if (url.endsWith(".css")) total.css += encodedDataLength
    else if (url.endsWith(".woff2")) total.fonts += encodedDataLength
  })
  return () => total
}
