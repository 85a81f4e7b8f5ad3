// Checks 13 and 15: what is asked is documented, nobody is led to what they may not see, and any address stands.
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"
import { led } from "./led.ts"
import { follow, rest } from "./rest.ts"
import { prepare, screens } from "./screens.ts"
import { load, walk } from "./walk.ts"

const server = await startServer()
const at = await prepare(server)
const all = screens.map((screen) => ({ ...screen, path: at(screen.path) }))
const ask = await api(server, "admin")
const rights = { is_staff: true, is_superuser: false, roles: ["writers"] }
assert.equal((await ask("PATCH", "/api/_/records/users/2/", rights)).status, 200)

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
  "./..",
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

/** An address of each route. */
const routes = [
  ...new Map(
    screens
      .map(({ path }) => path.split(/[?#]/)[0] ?? "")
      .map((path) => [path.replace(/\{\w+\}|(?<=^\/settings\/)\w+/, "*"), at(path)]),
  ).values(),
]

// At the same time: each waits much for what the others do not.
describe("addresses", { concurrency: 4 }, () => {
  test("a reload shows the same, and every request that is made is in an OpenAPI document", async () => {
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
    const { findings, requests } = await walk(server, all, {}, async (page, { path, act }) => {
      if (act || !path.includes("?")) return []
      const before = await shown(page)
      await page.reload({ waitUntil: "commit" })
      await rest(page)
      const after = await shown(page)
      return [
        ...before.filter((one) => !after.includes(one)).map((one) => `gone after a reload: ${one}`),
        ...after.filter((one) => !before.includes(one)).map((one) => `new after a reload: ${one}`),
      ]
    })
    assert.deepEqual(findings, [])
    const unknown = requests.filter(
      (request) => !/ \/(admin|media)\//.test(request) && !documented.some((one) => one.test(request)),
    )
    assert.deepEqual([...new Set(unknown)], [])
  })

  test("an editor is led nowhere where they may not be", async () => {
    const { page, close } = await visit(server, "/about", "user", { expected: /status of \d/ })
    follow(page)
    const { findings, seen, chosen } = await led(page, [
      "/",
      "/data/articles?rec=1",
      "/data/articles/1?tab=related",
    ])
    assert.deepEqual(findings, [])
    assert.ok(seen.size > 8, [...seen].join(" "))
    assert.ok(chosen.size > 12, [...chosen].join(", "))
    await close()
  })

  test("two hundred addresses of every route stand, whatever they say", { timeout: 500_000 }, async () => {
    const random = dice(7)
    const findings: string[] = []
    const queue = [...routes]
    const window_ = async () => {
      const options = { expected: /./, width: 1024, height: 300 } // few rows: what is tried is the addresses
      const { page, context } = await visit(server, "/about", "admin", options)
      const wrong: string[] = []
      page.on("pageerror", (error) => wrong.push(error.message))
      page.on("console", (message) => {
        if (message.type() === "error" && !/status of \d/.test(message.text())) wrong.push(message.text())
      })
      follow(page)
      for (let route = queue.shift(); route !== undefined; route = queue.shift()) {
        await load(page, route)
        const queries = Array.from({ length: 200 }, () => {
          const query = new URLSearchParams()
          for (let n = random(4); n >= 0; n--) {
            query.append(names[random(names.length)] ?? "", values[random(values.length)] ?? "")
          }
          return query.toString()
        })
        const fallen = await page.evaluate(throughAll, { path: `/admin${route}`, queries })
        await rest(page).catch((error) => wrong.push(String(error)))
        findings.push(...[...fallen, ...wrong.splice(0)].map((one) => `${route}: ${one}`))
      }
      await context.close()
    }
    await Promise.all([window_(), window_()])
    assert.deepEqual(findings, [])
  })

  test("a reload shows the same of a list, and Back goes to the same row", async () => {
    const { page, close } = await visit(server, "/about", "admin")
    follow(page)
    await load(page, "/data/articles?filter=views%20%3E%20100&order=-views&cols=title!,views,status")
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
})

/** Goes to one address after the other, as soon as each has a heading. */
async function throughAll({ path, queries }: { path: string; queries: string[] }): Promise<string[]> {
  const fallen: string[] = []
  const router = (window as unknown as { __TSR_ROUTER__: { state: { status: string } } }).__TSR_ROUTER__
  for (const query of queries) {
    history.replaceState(null, "", `${path}?${query}`)
    const end = performance.now() + 10_000
    do await new Promise((resolve) => setTimeout(resolve, 5))
    while ((router.state.status !== "idle" || !document.querySelector("h1")) && performance.now() < end)
    if (!document.querySelector("h1")) fallen.push(`no heading at ${query.slice(0, 200)}`)
    if (document.querySelector("h1")?.textContent === "The page did not load.")
      fallen.push(`fails at ${query.slice(0, 200)}`)
  }
  return fallen
}

/** What an address says of a screen: its headings, what is chosen on it and typed into it, its columns and its first row. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = "h1, h2, h3, [aria-current], [role=columnheader], [role=row][aria-rowindex='2']"
    const chosen = "[aria-selected=true], [aria-pressed=true], [aria-checked=true]"
    const texts = [...document.querySelectorAll(`${named}, ${chosen}`)].map((one) => one.textContent)
    const fields = [...document.querySelectorAll<HTMLInputElement>("main :is(input, textarea)")]
    return [...texts, ...fields.map((field) => `${field.type} ${field.value} ${field.checked}`)]
  })
}

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
