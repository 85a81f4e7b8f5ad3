// `make ui-shots`: a picture of every screen in every size and theme, on one contact sheet to look at, and the two of
// README. It starts the sample by itself.
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { fileURLToPath, pathToFileURL } from "node:url"
import { browser, type Server, startServer, type VisitOptions, visit } from "./harness.ts"
import { prepare, type Screen, screens } from "./screens.ts"

const folder = fileURLToPath(new URL("../shots/", import.meta.url))
const images = fileURLToPath(new URL("../../docs/images/", import.meta.url))

const looks: readonly (VisitOptions & { look: string })[] = [
  { look: "1440", width: 1440, height: 900 },
  { look: "1440 dark", width: 1440, height: 900, theme: "dark" },
  { look: "1024", width: 1024, height: 768 },
  { look: "360", width: 360, height: 780 },
  { look: "360 dark", width: 360, height: 780, theme: "dark" },
]

async function shoot(
  server: Server,
  { path, open, act }: Omit<Screen, "name">,
  file: string,
  options: VisitOptions,
) {
  const { page, context } = await visit(server, path, open ? null : "admin", options)
  await page.waitForLoadState("networkidle")
  await act?.(page)
  await page.waitForTimeout(300)
  mkdirSync(dirname(file), { recursive: true })
  await page.screenshot({ path: file })
  await context.close()
}

test("pictures of every screen", async () => {
  const server = await startServer()
  const at = await prepare(server)
  rmSync(folder, { recursive: true, force: true })
  const rows: string[] = []
  for (const [index, screen] of screens.entries()) {
    const pictures: string[] = []
    for (const { look, ...options } of looks) {
      const file = `${String(index).padStart(3, "0")}-${look.replace(" ", "-")}.png`
      await shoot(server, { ...screen, path: at(screen.path) }, join(folder, file), options)
      pictures.push(
        `<figure><img src="${file}" height="360" alt=""><figcaption>${look}</figcaption></figure>`,
      )
    }
    rows.push(`<h2>${screen.name} <code>${screen.path}</code></h2><div>${pictures.join("")}</div>`)
  }
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

  const records = { path: "/data/articles?rec=1" }
  await shoot(server, records, join(images, "admin-records.png"), { width: 1280, height: 800 })
  await shoot(server, { path: "/access" }, join(images, "admin-access.png"), {
    width: 1280,
    height: 800,
    theme: "dark",
  })
})
