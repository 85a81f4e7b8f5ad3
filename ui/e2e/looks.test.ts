// Checks 7 and 9: every screen in wide and in small windows. Axe finds nothing in the light or in the dark, nothing but
// grids scrolls sideways with usual and with wide texts and from right to left, and nothing moves where it should not.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import type { Page } from "playwright-core"
import { found } from "./axe.ts"
import { becomes, type Server, setupLink, startServer, visit } from "./harness.ts"
import { overlays } from "./overlays.ts"
import { lost, spaced } from "./reflow.ts"
import { rest } from "./rest.ts"
import { prepare, screens } from "./screens.ts"
import { inPseudo, walk } from "./walk.ts"

const server = await startServer()
const at = await prepare(server)
const all = [...screens, ...overlays].map((screen) => ({ ...screen, path: at(screen.path) }))
const plain = all.filter((screen) => !screen.act)
const over = all.filter((screen) => screen.act)

const wide = { width: 1440, height: 900 }
const phone = { width: 360, height: 780 }
const least = { width: 320, height: 256 }

test("full screens", async () => {
  const { findings } = await walk(server, plain, { ...wide, reducedMotion: true }, (page) =>
    sized(page, [
      [wide, found, fits],
      [phone, found],
      [least, fits],
    ]),
  )
  assert.deepEqual(findings, [])
})

test("what opens over wide screens", async () => {
  const { findings } = await walk(server, over, wide, found)
  assert.deepEqual(findings, [])
})

test("what opens over narrow screens", async () => {
  const { findings } = await walk(server, over, phone, found)
  assert.deepEqual(findings, [])
})

test("screens that open something by themselves fit", async () => {
  const own = screens.filter((screen) => screen.act)
  for (const size of [wide, least]) {
    const { findings } = await walk(server, own, { ...size, reducedMotion: true }, fits)
    assert.deepEqual(findings, [])
  }
})

test("screens whose requests fail", async () => {
  const { findings } = await walk(server, plain, { ...wide, begin: failing }, (page) =>
    sized(page, [
      [wide, found],
      [phone, found],
    ]),
  )
  assert.deepEqual(findings, [])
})

test("screens of an empty project", async () => {
  const { findings } = await walk(await empty(), bare, { ...wide, person: owner }, (page) =>
    sized(page, [
      [wide, found],
      [phone, found],
    ]),
  )
  assert.deepEqual(findings, [])
})

// What opens something else knows its English name.
test("screens in another script's direction", async () => {
  const { findings } = await walk(server, plain, { ...least, begin: inPseudo }, async (page) => {
    await page.evaluate(() => {
      document.documentElement.dir = "rtl"
    })
    return sized(page, [
      [least, lost],
      [wide, lost],
    ])
  })
  assert.deepEqual(findings, [])
})

type Look = (page: Page) => Promise<string[]>

/** Looks at a page in one size after the other, and leaves it in the first. */
async function sized(page: Page, looks: [{ width: number; height: number }, ...Look[]][]): Promise<string[]> {
  const seen: string[] = []
  for (const [size, ...all] of looks) {
    await page.setViewportSize(size)
    await rest(page)
    for (const look of all) {
      seen.push(...(await look(page)).map((one) => `at ${size.width} by ${size.height}: ${one}`))
    }
  }
  await page.setViewportSize(looks[0]?.[0] ?? wide)
  return seen
}

/** Everything can be reached, with wide texts as well, and nothing moves. */
async function fits(page: Page): Promise<string[]> {
  const usual = await lost(page)
  await page.evaluate(spaced, true)
  const spread = (await lost(page)).map((one) => `with spaced text: ${one}`)
  await page.evaluate(spaced, false)
  const moving = await page.evaluate(() =>
    document.getAnimations().map((one) => `moves: ${(one as CSSAnimation).animationName}`),
  )
  return [...usual, ...spread, ...moving]
}

/** Whatever a screen asks for, but who is asking, fails. */
async function failing(page: Page): Promise<void> {
  const answer = { status: 500, json: { detail: "The database is locked." } }
  await page.route(/\/api\/(?!_\/me\/|auth\/)/, (route) => route.fulfill(answer))
}

const owner = { username: "ada", password: "ada-Pass-12345" }
const bare = plain.filter(
  ({ path, open }) => !open && !/articles|tags\/|plan|people\/2|webhooks\//.test(path),
)

/** A project without a collection, with its first account. */
async function empty(): Promise<Server> {
  const project = mkdtempSync(join(tmpdir(), "couplet-empty-"))
  after(() => rmSync(project, { recursive: true, force: true }))
  const server = await startServer({ project, data: join(project, "data") })
  const token = (await setupLink(server)).split("=")[1]
  const made = await fetch(`${server.url}/api/_/setup/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, email: "", ...owner }),
  })
  assert.equal(made.status, 200, await made.text())
  return server
}

test("what is active, chosen, refused and open is seen in the reader's own colours", async () => {
  const { page, close } = await visit(server, "/data/articles", "admin", {
    forcedColors: true,
    expected: /status of 400/,
  })
  const seen = async (selector: string) => {
    const found = page.locator(selector).first()
    await found.waitFor()
    await becomes(() => found.evaluate((element) => getComputedStyle(element).outlineStyle !== "none"), true)
  }
  const cell = (field: string, row: number) =>
    page.locator(`[role=gridcell][aria-label^="${field}, "]`).nth(row)
  await cell("Status", 2).click()
  await page.keyboard.press("Shift+ArrowDown")
  await seen("[role=gridcell][data-active]")
  await seen("[role=gridcell][data-selected]:not([data-active])")
  await page.keyboard.press("Shift+Space")
  const mark = page.locator("[data-chosen] > [role=gridcell]").first()
  await becomes(() => mark.evaluate((element) => getComputedStyle(element).borderInlineStartWidth), "4px")
  await cell("Views", 8).click()
  await page.keyboard.type("12a")
  await page.keyboard.press("Enter")
  await seen("[role=gridcell][aria-invalid=true]")
  await page.keyboard.press("Control+k")
  await page.keyboard.type("ar")
  await page.getByRole("menuitem").nth(1).waitFor()
  await page.keyboard.press("ArrowDown")
  await seen("[role=menuitem][data-focused]")
  await page.goto("/admin/data/articles/1")
  const colour = (current: string) =>
    page
      .locator(`main nav a${current}`)
      .first()
      .evaluate((element) => getComputedStyle(element).borderBottomColor)
  await page.locator("main nav a[aria-current=page]").waitFor()
  assert.notEqual(await colour("[aria-current=page]"), await colour(":not([aria-current=page])"))
  await close()
})
