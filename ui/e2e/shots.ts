// `make ui-shots`: a picture of every screen in every size and theme, on one contact sheet to look at, and the two of
// README. It starts the sample by itself.
import assert from "node:assert/strict"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { fileURLToPath, pathToFileURL } from "node:url"
import { browser, type Server, startServer, type VisitOptions, visit } from "./harness.ts"
import { prepare, type Screen, screens } from "./screens.ts"
import { walk } from "./walk.ts"

const folder = fileURLToPath(new URL("../shots/", import.meta.url))
const images = fileURLToPath(new URL("../../docs/images/", import.meta.url))

const looks: readonly (VisitOptions & { look: string })[] = [
  { look: "1440", width: 1440, height: 900 },
  { look: "1440 dark", width: 1440, height: 900, theme: "dark" },
  { look: "1024", width: 1024, height: 768 },
  { look: "360", width: 360, height: 780 },
  { look: "360 dark", width: 360, height: 780, theme: "dark" },
]

const name = (index: number, look: string) =>
  `${String(index).padStart(3, "0")}-${look.replace(" ", "-")}.png`

/** All screens in one size and theme. */
async function shoot(server: Server, all: readonly Screen[], look: string, options: VisitOptions) {
  const { findings } = await walk(server, all, { ...options, windows: 1 }, async (page, screen) => {
    await page.screenshot({ path: join(folder, name(all.indexOf(screen), look)) })
    return []
  })
  assert.deepEqual(findings, [])
}

/** One of README's pictures. */
async function picture(server: Server, path: string, file: string, theme: "light" | "dark") {
  const { page, close } = await visit(server, path, "admin", { width: 1280, height: 800, theme })
  await page.waitForLoadState("networkidle")
  await page.screenshot({ path: join(images, file) })
  await close()
}

test("pictures of every screen", async () => {
  const server = await startServer()
  await picture(server, "/data/articles?rec=1", "admin-records.png", "light")
  await picture(server, "/access", "admin-access.png", "dark")
  const at = await prepare(server)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const all = screens.map((screen) => ({ ...screen, path: at(screen.path) }))
  await Promise.all(looks.map(({ look, ...options }) => shoot(server, all, look, options)))
  const rows = all.map((screen, index) => {
    const figures = looks.map(
      ({ look }) =>
        `<figure><img src="${name(index, look)}" height="360" alt=""><figcaption>${look}</figcaption></figure>`,
    )
    return `<h2>${screen.name} <code>${screen.path}</code></h2><div>${figures.join("")}</div>`
  })
  const style = "body{font:14px system-ui}div{display:flex;gap:8px}figure{margin:0}img{border:1px solid #888}"
  const sheet = join(folder, "index.html")
  writeFileSync(
    sheet,
    `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>${rows.join("")}`,
  )
  const page = await (await browser()).newPage({ viewport: { width: 2000, height: 1000 } })
  await page.goto(pathToFileURL(sheet).href)
  await page.screenshot({ path: join(folder, "sheet.png"), fullPage: true })
  await page.close()
})
