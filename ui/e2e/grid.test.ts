// The data grid: long lists, live rows, names for assistive technology, values that lose nothing, density.
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, logIn, type Server, startServer, type Visit, visit } from "./harness.ts"

/** Fills articles up to a number of rows, in the database of a server that is stopped. */
function fill(server: Server, count: number): void {
  const program = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
first = db.execute("select max(id) from articles").fetchone()[0] + 1
db.execute("""with recursive n(i) as (select ? union all select i+1 from n where i < ?)
insert into articles(id,title,slug,body,status,author_id,views,price,featured,published_at,meta,cover,created_at,updated_at)
select i,'Article '||i,'article-'||i,'b','draft',(i%5)+1,i%1000,null,0,null,'{}',null,
'2024-01-01 00:00:00.000000','2024-01-01 00:00:00.000000' from n""", (first, int(sys.argv[2])))
db.commit()`
  execFileSync("python3", ["-c", program, join(server.data, "couplet.db"), String(count)])
}

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[data-row="${row}"] [data-column="${column}"]`)

const nameOf = (page: Page, row: number, column: number) => cell(page, row, column).getAttribute("aria-label")

async function shown(page: Page, row = 0): Promise<void> {
  await page.locator(`[data-row="${row}"] [data-column="0"]:not([aria-label="Loading"])`).waitFor()
}

/** Writes as somebody else would: by the API. */
async function write(of: Visit, method: "post" | "patch" | "delete", path: string, data?: object) {
  const token = (await of.context.cookies()).find((c) => c.name === "csrftoken")?.value ?? ""
  const answer = await of.context.request[method](`/api/_/records/${path}`, {
    ...(data ? { data } : {}),
    headers: { "X-CSRFToken": token },
  })
  assert.ok(answer.ok(), `${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? undefined : await answer.json()
}

test("a hundred thousand rows scroll smoothly, without blanks and in few nodes", async () => {
  const server = await startServer()
  await server.restart(async () => fill(server, 100_000))
  const { page, context, close } = await visit(server, "/data/articles?order=id", "admin")
  await shown(page)
  const round = () =>
    page.evaluate(
      () =>
        new Promise<{ p95: number; most: number; blank: number; nodes: number }>((done) => {
          const grid = document.querySelector<HTMLElement>("[role=grid]")
          if (!grid) throw new Error("no grid")
          const gaps: number[] = []
          let blanks = 0
          let slots = 0
          let nodes = 0
          let last = performance.now()
          grid.scrollTop = 0
          const step = (now: number) => {
            gaps.push(now - last)
            last = now
            grid.scrollTop += 100
            const view = grid.getBoundingClientRect()
            for (const row of grid.querySelectorAll("[data-row]")) {
              const box = row.getBoundingClientRect()
              if (box.bottom <= view.top + 32 || box.top >= view.bottom) continue
              slots++
              if (row.querySelector('[aria-label="Loading"]')) blanks++
            }
            nodes = Math.max(nodes, document.querySelectorAll("*").length)
            if (gaps.length < 600) return requestAnimationFrame(step)
            gaps.sort((a, b) => a - b)
            done({ p95: gaps[570] ?? 0, most: gaps[599] ?? 0, blank: blanks / slots, nodes })
          }
          requestAnimationFrame(step)
        }),
    )
  // tsx names functions by a helper that pages do not have.
  await page.evaluate("globalThis.__name = (named) => named")
  await round()
  const session = await context.newCDPSession(page)
  await session.send("Performance.enable", { timeDomain: "threadTicks" })
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics")
    return (metrics.find((metric) => metric.name === "TaskDuration")?.value ?? 0) * 1000
  }
  const start = await worked()
  const { p95, most, blank, nodes } = await round()
  const each = ((await worked()) - start) / 600
  assert.ok(nodes <= 4000, `${nodes} nodes`)
  assert.ok(blank <= 0.01, `${blank} of the rows in sight were blank`)
  // When a frame is shown depends on what else the machine does. The work for one does not: 12 ms leave room in 16.7.
  console.log(`95 % of frames within ${p95} ms, the longest ${most}; ${each} ms of work each`)
  assert.ok(each <= 12, `${each} ms of work for a frame`)
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage")
    return (await session.send("Runtime.getHeapUsage")).usedSize
  }
  const before = await heap()
  // Through all rows and back, in steps that leave out none of the places where rows are read anew.
  const through = () =>
    page.evaluate(async () => {
      const grid = document.querySelector<HTMLElement>("[role=grid]")
      if (!grid) throw new Error("no grid")
      const end = grid.scrollHeight - grid.clientHeight
      for (let step = 1; step <= 120; step++) {
        grid.scrollTop = (end * Math.min(step, 120 - step)) / 60
        await new Promise(requestAnimationFrame)
      }
    })
  for (let index = 0; index < 10; index++) {
    await through()
    await shown(page)
  }
  const grown = (await heap()) - before
  assert.ok(grown <= 10_000_000, `${grown} bytes more`)
  await close()
})

test("the last of a million rows is there at every height, and rows do not wait for the count", async () => {
  const server = await startServer()
  await server.restart(async () => fill(server, 1_000_000))
  for (const height of [28, 32, 44, 64]) {
    const { page, close } = await visit(server, `/data/articles?order=id&cols=title,id&h=${height}`, "admin")
    await shown(page)
    await page.waitForFunction(() => document.querySelector("[role=grid][aria-rowcount='1000001']"))
    await cell(page, 0, 0).click()
    await page.keyboard.press("Control+End")
    await page
      .locator('[aria-rowindex="1000001"] [aria-label="ID, 1000000, row 1000000"]:focus')
      .waitFor({ timeout: 5000 })
    const box = await page.locator('[aria-rowindex="1000001"]').boundingBox()
    assert.equal(box?.height, height)
    await close()
  }
  const { page, close } = await visit(server, "/api/_/setup/", "admin")
  await page.route("**/count/**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    await route.continue().catch(() => undefined)
  })
  await page.goto("/admin/data/articles?order=id")
  const start = Date.now()
  await shown(page, 20)
  assert.ok(Date.now() - start < 5000, "rows waited for the count")
  await cell(page, 0, 0).click()
  await page.keyboard.press("Control+End")
  await page.locator('[aria-rowindex="1000001"] :focus').waitFor({ timeout: 8000 })
  await page.unrouteAll({ behavior: "ignoreErrors" })
  await close()
})

test("what others change is there within half a second and moves nothing, also over a restart", async () => {
  const server = await startServer()
  const other = await visit(server, "/data/tags", "admin")
  const mine = await visit(server, "/data/articles?order=id", "admin", {
    expected: /WebSocket|ERR_CONNECTION/,
  })
  const { page } = mine
  await shown(page, 5)
  await cell(page, 5, 0).click()
  await page.waitForTimeout(500)
  const top = async () => (await page.locator("[data-row='5']").boundingBox())?.y
  const before = await top()
  await write(other, "patch", "articles/3/", { title: "Changed elsewhere" })
  await page.locator('[aria-label="Title, Changed elsewhere, row 3"]').waitFor({ timeout: 500 })
  const { id } = await write(other, "post", "articles/", { title: "A", slug: "new-a", body: "b", author: 1 })
  await page.getByRole("button", { name: /1 new/ }).waitFor({ timeout: 1000 })
  await write(other, "delete", "articles/2/")
  await page.locator("[data-row='1'][data-mark='gone']").waitFor({ timeout: 1000 })
  assert.equal(await top(), before)
  await server.restart()
  await logIn(other.context, "admin")
  await write(other, "patch", "articles/4/", { title: "After the restart" })
  await page.locator('[aria-label="Title, After the restart, row 4"]').waitFor({ timeout: 15_000 })
  assert.equal(await top(), before)
  await page.getByRole("button", { name: /1 new/ }).click()
  await page.locator(`[aria-label^="Title, A, row"]`).waitFor()
  assert.ok(id)
  await mine.close()
  await other.context.close()
})

test("what others change after the rows were read and before changes are told of is not missed", async () => {
  const server = await startServer()
  const admin = await api(server, "admin")
  const { page, close } = await visit(server, "/me", "admin")
  let connect: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    connect = resolve
  })
  await page.routeWebSocket(/api\/live/, async (socket) => {
    await held
    socket.connectToServer()
  })
  await page.goto("/admin/data/articles?order=id")
  await shown(page, 5)
  await admin("PATCH", "/api/_/records/articles/3/", { title: "Between" })
  assert.equal(await page.locator('[aria-label="Title, Between, row 3"]').count(), 0)
  connect()
  await page.locator('[aria-label="Title, Between, row 3"]').waitFor()
  assert.equal(await page.getByText("The list has changed").count(), 0)
  await close()
})

test("a row edited out of the filter stays, marked, until the list is read anew", async () => {
  const server = await startServer()
  const filter = encodeURIComponent('status == "draft"')
  const { page, close } = await visit(server, `/data/articles?order=id&filter=${filter}`, "admin")
  await shown(page)
  const name = await nameOf(page, 0, 0)
  await cell(page, 0, 1).click()
  await page.keyboard.press("Enter")
  await page.getByRole("option", { name: "Archived" }).click()
  await page.locator("[data-row='0'][data-mark='left']").waitFor()
  assert.equal(await nameOf(page, 0, 0), name)
  await page.getByRole("button", { name: /Refresh/ }).click()
  await page.waitForFunction((old) => !document.querySelector(`[aria-label="${old}"]`), name)
  await close()
})

test("the grid has names and numbers, and says what was saved and what was not", async () => {
  const server = await startServer()
  const { page, context, close } = await visit(server, "/data/articles?order=id", "admin", {
    expected: /400/,
  })
  await shown(page, 5)
  await page.waitForFunction(() => document.querySelector("[role=grid][aria-rowcount='33']"))
  const session = await context.newCDPSession(page)
  const { nodes } = await session.send("Accessibility.getFullAXTree")
  const roles = nodes.map((node) => `${node.role?.value}: ${node.name?.value}`)
  assert.ok(roles.includes("grid: Articles"))
  assert.ok(roles.includes("gridcell: Views, 222, row 6"), roles.filter((r) => /row 6/.test(r)).join("\n"))
  assert.ok(roles.includes("columnheader: Title") || roles.some((r) => /^columnheader: .*Title/.test(r)))
  const grid = page.getByRole("grid")
  await becomes(() => grid.getAttribute("aria-colcount"), "6")
  const said = page.getByRole("status", { name: "Messages of the list" })
  await cell(page, 5, 3).click()
  await page.keyboard.type("12a")
  await page.keyboard.press("Enter")
  await page.getByText("A valid integer is required.", { exact: true }).first().waitFor()
  assert.match((await said.textContent()) ?? "", /was not saved\. A valid integer is required\./)
  await becomes(() => cell(page, 5, 3).locator("span").first().textContent(), "12a")
  await page.keyboard.press("F2")
  await page.keyboard.type("345")
  await page.keyboard.press("Enter")
  await page.locator('[aria-label="Views, 345, row 6"]').waitFor()
  await page.waitForFunction(() => /Views saved/.test(document.body.textContent))
  await page.keyboard.press("Control+z")
  await page.locator('[aria-label="Views, 222, row 6"]').waitFor()
  await page.keyboard.press("Control+y")
  await page.locator('[aria-label="Views, 345, row 6"]').waitFor()
  await close()
})

test("a change of one field sends that field alone and loses nothing of the others", async () => {
  const server = await startServer()
  const other = await visit(server, "/data/tags", "admin")
  const values = {
    external_id: "9007199254740993",
    access_code: "007",
    venue: "A 🎉\nB",
    registration_opens: "2024-06-14T17:02:00.000001Z",
  }
  const page0 = await other.context.request.get("/api/_/records/events/?order=code&limit=1")
  const key = (await page0.json()).results[0].id
  const raw = { ...values, external_id: "@" }
  const token = (await other.context.cookies()).find((c) => c.name === "csrftoken")?.value ?? ""
  const put = await other.context.request.patch(`/api/_/records/events/${key}/`, {
    data: JSON.stringify(raw).replace('"@"', values.external_id),
    headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
  })
  assert.ok(put.ok(), await put.text())
  const read = async () => (await other.context.request.get(`/api/_/records/events/${key}/`)).text()
  const strip = (text: string) => text.replace(/"(title|_v|_display)":"[^"]*",?/g, "")
  const before = strip(await read())
  assert.match(before, /9007199254740993/)
  const cols = "title!,external_id,access_code,venue,registration_opens"
  const { page, close } = await visit(server, `/data/events?order=code&cols=${cols}`, "admin")
  await shown(page)
  assert.equal(await nameOf(page, 0, 1), "External id, 9007199254740993, row 1")
  assert.equal(await nameOf(page, 0, 2), "Access code, 007, row 1")
  const sent = page.waitForRequest((request) => request.method() === "PATCH")
  await cell(page, 0, 0).click()
  await page.keyboard.type("Another title")
  await page.keyboard.press("Enter")
  assert.deepEqual(JSON.parse((await sent).postData() ?? ""), { title: "Another title" })
  await page.locator('[aria-label="Title, Another title, row 1"]:not([data-state])').waitFor()
  assert.equal(strip(await read()), before)
  await close()
  await other.close()
})

test("cells are copied, pasted, filled, cleared and brought back", async () => {
  const server = await startServer()
  const cols = "title!,slug,views,price"
  const { page, context, close } = await visit(server, `/data/articles?order=id&cols=${cols}`, "admin", {
    expected: /400/,
  })
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await shown(page)
  const is = (label: string) => page.locator(`[aria-label="${label}"]:not([data-state])`).waitFor()
  await cell(page, 0, 2).click()
  await page.keyboard.press("Shift+ArrowDown")
  await page.keyboard.press("Shift+ArrowRight")
  await page.keyboard.press("Control+c")
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^37\t.*\r?\n74\t/)
  await cell(page, 4, 2).click()
  await page.keyboard.press("Control+v")
  await is("Views, 37, row 5")
  await is("Views, 74, row 6")
  await page.keyboard.press("Control+z")
  await is("Views, 185, row 5")
  await cell(page, 6, 2).click()
  await page.keyboard.press("Shift+ArrowDown")
  await page.keyboard.press("Shift+ArrowDown")
  await page.keyboard.press("Control+d")
  await is("Views, 259, row 9")
  await page.keyboard.press("Control+z")
  await is("Views, 333, row 9")
  await page.evaluate(() => navigator.clipboard.writeText("1\t1.50\n2\tx"))
  await cell(page, 10, 2).click()
  await page.keyboard.press("Control+v")
  await page.getByText("Nothing was changed. A valid number is required.").first().waitFor()
  await is("Views, 407, row 11")
  await page.keyboard.press("Escape")
  await cell(page, 12, 3).click()
  await page.keyboard.press("Delete")
  await is("Price, null, row 13")
  await page.keyboard.press("Control+z")
  await page.locator('[data-row="12"] [data-column="3"]:not([aria-label="Price, null, row 13"])').waitFor()
  await close()
})

test("rows pasted past the end become records, once that is agreed to", async () => {
  const server = await startServer()
  const { page, context, close } = await visit(server, "/data/tags?order=id&cols=name!,slug", "admin")
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await shown(page)
  await page.evaluate(() => navigator.clipboard.writeText("Last\tlast\nNew one\tnew-one\nNew two\tnew-two\n"))
  await cell(page, 0, 0).click()
  await page.keyboard.press("Control+End")
  await page.keyboard.press("Home")
  const last = Number(await page.locator(":focus").locator("xpath=..").getAttribute("data-row"))
  await page.keyboard.press("Control+v")
  await page.getByRole("button", { name: "Add 2 records" }).click()
  await page.locator(`[aria-label="Name, New two, row ${last + 3}"]`).waitFor()
  await page.locator(`[aria-label="Name, Last, row ${last + 1}"]`).waitFor()
  await close()
})

test("twenty-two rows beside an open record at 1440 by 900, and nine records on a phone", async () => {
  const server = await startServer()
  const desk = await visit(server, "/data/articles?rec=1", "admin")
  await shown(desk.page, 20)
  await desk.page.getByRole("link", { name: "History" }).waitFor() // the panel is open
  const rows = await desk.page.evaluate(() => {
    const view = document.querySelector("[role=grid]")?.getBoundingClientRect()
    return [...document.querySelectorAll("[data-row]")].filter((row) => {
      const box = row.getBoundingClientRect()
      return view && box.top >= view.top + 32 && box.bottom <= view.bottom
    }).length
  })
  assert.ok(rows >= 22, `${rows} rows`)
  await desk.close()
  const phone = await visit(server, "/data/articles", "admin", { width: 360, height: 780 })
  await phone.page.getByRole("listitem").nth(8).getByRole("link").waitFor()
  const records = await phone.page.evaluate(() => {
    const list = document.querySelector("[data-region]:has([role=list])")?.getBoundingClientRect()
    return [...document.querySelectorAll("[role=listitem]")].filter((item) => {
      const box = item.getBoundingClientRect()
      return list && box.top >= list.top && box.bottom <= list.bottom
    }).length
  })
  assert.ok(records >= 9, `${records} records`)
  await phone.close()
})
