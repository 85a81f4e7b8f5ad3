// Checks 13 and 15: what is asked is documented, nobody is led to what they may not see, and any address stands.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "../harness.ts"
import { prepare, screens } from "../screens.ts"
import { follow, go, rest, walk } from "../walk.ts"

const server = await startServer()
const at = await prepare(server)
const all = screens.map((screen) => ({ ...screen, path: at(screen.path) }))
const ask = await api(server, "admin")

test("every request that the admin makes is in an OpenAPI document", async () => {
  const documented: RegExp[] = [/^GET \/api\/schema\/$/] // which does not name itself
  for (const path of ["/api/schema/?format=json", "/api/_/openapi/?format=json"]) {
    const { paths } = (await ask("GET", path)).body as { paths: Record<string, Record<string, unknown>> }
    for (const [template, operations] of Object.entries(paths)) {
      const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")
      for (const method of Object.keys(operations)) {
        documented.push(new RegExp(`^${method.toUpperCase()} ${pattern}$`))
      }
    }
  }
  const { findings, requests } = await walk(server, all, {}, async () => [])
  assert.deepEqual(findings, [])
  const unknown = requests.filter(
    (request) => !/ \/(admin|media)\//.test(request) && !documented.some((one) => one.test(request)),
  )
  assert.deepEqual([...new Set(unknown)], [])
})

test("an editor is led nowhere where they may not be", async () => {
  const rights = { is_staff: true, is_superuser: false, roles: ["writers"] }
  assert.equal((await ask("PATCH", "/api/_/records/users/2/", rights)).status, 200)
  const { page, close } = await visit(server, "/about", "user", { expected: /status of \d/ })
  follow(page)
  const refused: string[] = []
  page.on("response", (response) => {
    if (response.status() === 403) refused.push(`${response.request().method()} ${response.url()}`)
  })
  const seen = new Set<string>()
  const queue = ["/", "/data/articles?rec=1", "/data/articles/1?tab=related"]
  const findings: string[] = []
  for (let path = queue.shift(); path !== undefined && seen.size < 60; path = queue.shift()) {
    await go(page, path, seen.size > 0)
    seen.add(path)
    const heading = await page.locator("h1").first().textContent()
    if (/may not/.test(heading ?? "")) findings.push(`${path}: ${heading}`)
    findings.push(...refused.splice(0).map((one) => `${path}: ${one}`))
    for (const link of await page.evaluate(links)) {
      const like = link.replace(/\d+/g, "#")
      if ([...seen, ...queue].some((one) => one.replace(/\d+/g, "#") === like)) continue
      queue.push(link)
    }
  }
  assert.deepEqual(findings, [])
  assert.ok(seen.size > 8, [...seen].join(" "))
  await close()
})

/** The admin's own addresses that a page leads to. */
function links(): string[] {
  const all = [...document.querySelectorAll<HTMLAnchorElement>("a[href^='/admin/']")]
  return all.map((link) => link.getAttribute("href")?.slice(6) ?? "").filter((path) => path !== "/")
}

/** A word for each kind of value, and what no parameter is called. */
const names =
  `view filter order q cols h rec tab at role collection field action as record resource state offset new run
  job status method level follow range op via actor from to step check upload columns match existing keep map revert next
  set.title nonsense __proto__ constructor`.split(/\s+/)
const values = [
  "",
  "1",
  "-1",
  "title",
  "-views,title",
  "views > ",
  "'",
  "%00",
  "\u0000",
  "💡",
  "a".repeat(5000),
].concat([
  "null",
  "[]",
  "{}",
  "../..",
  "//example.org",
  "9".repeat(30),
  "2026-99-99",
  "map",
  "history",
  "users",
  "<b>",
  "change",
])

/** The same numbers each time. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

const routes = [...new Set(all.map(({ path }) => path.split(/[?#]/)[0] ?? ""))]

test("two hundred addresses of every route stand, whatever they say", { timeout: 500_000 }, async () => {
  const random = dice(7)
  const findings: string[] = []
  const queue = routes.map((path) => ({
    path,
    open: all.some((one) => one.path.startsWith(path) && one.open),
  }))
  const window_ = async () => {
    const { page, context } = await visit(server, "/about", "admin", { expected: /./ })
    const wrong: string[] = []
    page.on("pageerror", (error) => wrong.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of \d/.test(message.text())) wrong.push(message.text())
    })
    follow(page)
    for (let route = queue.shift(); route; route = queue.shift()) {
      await go(page, route.path)
      const queries = Array.from({ length: 200 }, () => {
        const query = new URLSearchParams()
        for (let n = random(4); n >= 0; n--) {
          query.append(names[random(names.length)] ?? "", values[random(values.length)] ?? "")
        }
        return query.toString()
      })
      const fallen = await page.evaluate(throughAll, { path: `/admin${route.path}`, queries })
      await rest(page).catch((error) => wrong.push(String(error)))
      findings.push(...[...fallen, ...wrong.splice(0)].map((one) => `${route.path}: ${one}`))
    }
    await context.close()
  }
  await Promise.all([window_(), window_()])
  assert.deepEqual(findings, [])
})

/** Goes to one address after the other, as soon as each has a heading. */
async function throughAll({ path, queries }: { path: string; queries: string[] }): Promise<string[]> {
  const fallen: string[] = []
  const router = (window as unknown as { __TSR_ROUTER__: { state: { status: string } } }).__TSR_ROUTER__
  for (const query of queries) {
    history.pushState(null, "", `${path}?${query}`)
    const end = performance.now() + 10_000
    do await new Promise((resolve) => setTimeout(resolve, 5))
    while ((router.state.status !== "idle" || !document.querySelector("h1")) && performance.now() < end)
    if (!document.querySelector("h1")) fallen.push(`no heading at ${query.slice(0, 200)}`)
    if (document.querySelector("h1")?.textContent === "The page did not load.")
      fallen.push(`fails at ${query.slice(0, 200)}`)
  }
  return fallen
}

test("a reload shows the same, and Back goes to the same row", async () => {
  const { page, close } = await visit(server, "/about", "admin")
  follow(page)
  await go(page, "/data/articles?filter=views%20%3E%20100&order=-views&cols=title!,views,status")
  const first = await seen(page)
  assert.match(first[2] ?? "", /\w/)
  await page.reload()
  await rest(page)
  assert.deepEqual(await seen(page), first)

  await page.getByRole("gridcell").nth(1).click()
  for (let times = 0; times < 20; times++) await page.keyboard.press("ArrowDown")
  await page.keyboard.press("PageDown")
  const active = () => page.locator("[role=grid] [data-active]").getAttribute("aria-label")
  const anchor = await active()
  await rest(page)
  const top = await topRow(page)
  await page.getByRole("link", { name: "Activity" }).first().click()
  await page.getByRole("heading", { name: "Activity" }).waitFor()
  await rest(page)
  await page.goBack()
  await rest(page)
  await becomes(() => topRow(page), top)
  assert.ok(anchor)
  await close()
})

/** The heading, the columns and the first row. */
function seen(page: Page): Promise<(string | null | undefined)[]> {
  return page.evaluate(() => [
    document.querySelector("h1")?.textContent,
    [...document.querySelectorAll("[role=columnheader]")].map((e) => e.textContent).join("|"),
    document.querySelector("[role=row][aria-rowindex='2']")?.textContent,
  ])
}

/** The first row in sight. */
function topRow(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => {
    const top = document.querySelector("[role=grid]")?.getBoundingClientRect().top ?? 0
    const rows = [...document.querySelectorAll("[data-row]")]
    return rows.find((row) => row.getBoundingClientRect().top >= top + 32)?.getAttribute("data-row")
  })
}
