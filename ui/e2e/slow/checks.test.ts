// What holds for every screen: weight, start, names and contrasts, small and wide, other languages, whatever the address.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { test } from "node:test"
import type { Page, Request } from "playwright-core"
import { api, startServer, type VisitOptions, visit } from "../harness.ts"
import { prepare, screens } from "../screens.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

const server = await startServer()

const at = await prepare(server)

/** Goes through all screens in one window, and returns what is found on each. */
async function walk(
  options: VisitOptions,
  look: (page: Page) => Promise<string[]>,
): Promise<{ findings: string[]; requests: string[] }> {
  const findings: string[] = []
  const requests: string[] = []
  for (const person of [null, "admin"] as const) {
    const own = screens.filter((screen) => (screen.open ? null : "admin") === person)
    const expected = /404|password-check|invitations/
    const visited = await visit(server, "/about", person, { expected, ...options })
    const open = unanswered(visited.page)
    for (const { name, path, act } of own) {
      open.clear()
      await visited.page.goto(`/admin${at(path)}`)
      await rest(visited.page, open)
      if (act) {
        await act(visited.page)
        await rest(visited.page, open)
      }
      findings.push(...(await look(visited.page)).map((finding) => `${name}: ${finding}`))
    }
    requests.push(...visited.requests)
    await visited.close()
  }
  return { findings, requests }
}

/** What a page has asked for and not been answered. */
function unanswered(page: Page): Set<Request> {
  const open = new Set<Request>()
  page.on("request", (request) => open.add(request))
  page.on("requestfinished", (request) => open.delete(request))
  page.on("requestfailed", (request) => open.delete(request))
  return open
}

/** A screen has come to rest: it has its heading, nothing is being loaded, and for a while it asks for nothing. */
async function rest(page: Page, open: Set<Request>): Promise<void> {
  await page.locator("h1").first().waitFor()
  for (let quiet = 0; quiet < 3; quiet++) {
    await page.waitForTimeout(50)
    const loading = await page.locator("[role=status][aria-label=Loading]").count()
    if (loading > 0 || open.size > 0) quiet = -1
  }
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle")
  await page.locator("h1").first().waitFor()
}

// 7. Names, roles and contrasts, as axe-core knows them
for (const options of [
  { width: 1440 },
  { width: 1440, theme: "dark" },
  { width: 360, height: 780 },
] as const) {
  test(`axe finds nothing on any screen: ${Object.values(options).join(" ")}`, async () => {
    assert.deepEqual((await walk(options, violations)).findings, [])
  })
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    // @ts-expect-error axe is there once its script has run
    const { violations } = await window.axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // A popover has hidden buttons around its dialog that dismiss it: they are in no landmark, as nothing over the page is.
      rules: { region: { enabled: document.querySelector("[data-trigger][data-placement]") === null } },
    })
    return violations.flatMap((v: { id: string; nodes: { target: string[]; html: string }[] }) =>
      v.nodes.map((node) => `${v.id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
    )
  })
}

// 9. Reflow, and a page that reads from right to left
test("nothing but grids scrolls sideways, down to 320 pixels and from right to left", async () => {
  const { findings } = await walk({ width: 320, height: 640, reducedMotion: true }, async (page) => {
    const found: string[] = []
    for (const direction of ["ltr", "rtl"] as const) {
      const overflow = await page.evaluate((dir) => {
        document.documentElement.dir = dir
        return document.documentElement.scrollWidth - window.innerWidth
      }, direction)
      if (overflow > 0) found.push(`${direction}: ${overflow} pixels too wide`)
      found.push(...(await page.evaluate(hidden)).map((text) => `${direction}: out of sight: ${text}`))
    }
    const moving = await page.evaluate(() => document.getAnimations().length)
    return moving ? [...found, `${moving} animations`] : found
  })
  assert.deepEqual(findings, [])
})

/** What is beside the window where nothing can be scrolled to it. */
function hidden(): string[] {
  const found: string[] = []
  for (const element of document.querySelectorAll("main :is(button, input, a, h1, h2)")) {
    const { left, right, width } = element.getBoundingClientRect()
    if (width <= 2 || (left >= -1 && right <= window.innerWidth + 1)) continue
    let scrolls = false
    for (let up = element.parentElement; up; up = up.parentElement) {
      scrolls ||= /auto|scroll/.test(getComputedStyle(up).overflowX)
    }
    if (!scrolls) found.push(element.outerHTML.slice(0, 120))
  }
  return found
}

// 15. Addresses
test("whatever an address says, the page stands, and is the same after a reload", async () => {
  const { page, close } = await visit(server, "/data/articles", "admin", { expected: /status of 40[04]/ })
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % below
  }
  const names = ["view", "filter", "order", "q", "cols", "h", "rec", "tab", "at", "nonsense", "__proto__"]
  const values = [
    "",
    "1",
    "-1",
    "title",
    "-views,title",
    "views > ",
    "'",
    "%00",
    "💡",
    "a".repeat(5000),
    "null",
    "[]",
    "../..",
  ]
  for (let i = 0; i < 40; i++) {
    const query = new URLSearchParams()
    for (let n = random(4); n >= 0; n--) {
      query.append(names[random(names.length)] ?? "", values[random(values.length)] ?? "")
    }
    await page.goto(`/admin/data/articles?${query}`)
    await page.locator("h1").waitFor()
  }
  await page.goto("/admin/data/articles?filter=views%20%3E%20500&order=-views")
  await settled(page)
  const seen = () =>
    page.evaluate(() => [
      document.querySelector("h1")?.textContent,
      [...document.querySelectorAll("[role=columnheader]")].map((e) => e.textContent).join("|"),
      document.querySelector("[role=row][aria-rowindex='2']")?.textContent,
    ])
  const first = await seen()
  await page.reload()
  await settled(page)
  assert.deepEqual(await seen(), first)
  await close()
})

// 13. No private door
test("every request that the admin makes is in an OpenAPI document", async () => {
  const ask = await api(server, "admin")
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
  const { requests } = await walk({}, async () => [])
  const unknown = requests.filter(
    (request) => !/ \/(admin|media)\//.test(request) && !documented.some((one) => one.test(request)),
  )
  assert.deepEqual([...new Set(unknown)], [])
})
