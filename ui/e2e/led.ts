// Goes wherever an admin leads somebody: by its links, by the entries of its menus, and by what can be found.
import type { Page } from "playwright-core"
import { rest } from "./rest.ts"
import { go, left, load } from "./walk.ts"

/** So many screens are enough. */
const most = 60

/** After these there is no going on in the same way. */
const ends = /^(Log out|Deutsch)/

/** Records are alike. */
const like = (path: string) => path.replace(/\d+/g, "#")

/** What is refused on the way from some screens, which screens were seen, and which entries of menus were chosen. */
export async function led(page: Page, from: readonly string[]) {
  const way = new Way(page, from)
  await way.follow()
  return way
}

class Way {
  readonly findings: string[] = []
  readonly seen = new Set<string>()
  readonly chosen = new Set<string>()
  private readonly opened = new Set<string>()
  private readonly refused: string[] = []
  private readonly queue: string[]
  private readonly page: Page

  constructor(page: Page, from: readonly string[]) {
    this.page = page
    this.queue = [...from]
    page.on("response", (response) => {
      if (response.status() === 403) this.refused.push(`${response.request().method()} ${response.url()}`)
    })
  }

  async follow(): Promise<void> {
    for (
      let path = this.queue.shift();
      path !== undefined && this.seen.size < most;
      path = this.queue.shift()
    ) {
      this.seen.add(path)
      await (this.seen.size > 1 ? go : load)(this.page, path)
      await this.look(path)
      await this.menus(path)
    }
    for (const typed of ["", "ar"]) await this.choose("/about", () => this.find(typed))
  }

  /** Notes what was refused, and where it goes on from here. */
  private async look(what: string): Promise<void> {
    await rest(this.page)
    const heading = await this.page.locator("h1").first().textContent()
    if (/may not/.test(heading ?? "")) this.findings.push(`${what}: ${heading}`)
    this.findings.push(...this.refused.splice(0).map((one) => `${what}: ${one}`))
    for (const link of await this.page.evaluate(links)) {
      if (![...this.seen, ...this.queue].some((one) => like(one) === like(link))) this.queue.push(link)
    }
  }

  /** Every menu that was not opened elsewhere. */
  private async menus(path: string): Promise<void> {
    const all = this.page.locator(":is(button[aria-haspopup=true], button[aria-haspopup=menu]):visible")
    const names = await all.evaluateAll((menus) => menus.map((menu) => menu.ariaLabel ?? menu.textContent))
    for (const [index, name] of names.entries()) {
      if (this.opened.has(like(name))) continue
      this.opened.add(like(name))
      await this.choose(path, () => all.nth(index).click())
    }
  }

  private async find(typed: string): Promise<void> {
    await this.page.keyboard.press("Control+k")
    await this.page.getByRole("dialog", { name: "Find" }).waitFor()
    await this.page.keyboard.type(typed)
  }

  /** Every entry of a menu that was not chosen elsewhere. */
  private async choose(path: string, open: () => Promise<void>): Promise<void> {
    const entries = this.page.locator("[role=menuitem]:not([aria-disabled=true])")
    const opened = async () => {
      if (await entries.count()) return
      await open()
      await entries.first().waitFor()
      await rest(this.page)
    }
    const closed = async () => {
      await ((await left(this.page)) ? go : load)(this.page, path)
    }
    await opened()
    for (const [index, name] of (await entries.allTextContents()).entries()) {
      if (this.chosen.has(like(name)) || ends.test(name)) continue
      this.chosen.add(like(name))
      await opened()
      await entries.nth(index).click()
      await this.look(`${path}, ${name}`)
      await closed()
    }
    if (await entries.count()) await closed()
  }
}

/** The admin's own addresses that a page leads to, and its own. */
function links(): string[] {
  const all = [...document.querySelectorAll<HTMLAnchorElement>("a[href^='/admin/']")]
  const paths = [...all.map((link) => link.getAttribute("href") ?? ""), location.pathname + location.search]
  return paths.map((path) => path.slice("/admin".length)).filter((path) => path !== "/")
}
