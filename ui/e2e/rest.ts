import type { Page, Request } from "playwright-core"

/** What a page has asked for and not been answered. */
export function unanswered(page: Page): Set<Request> {
  const open = new Set<Request>()
  page.on("request", (request) => open.add(request))
  page.on("requestfinished", (request) => open.delete(request))
  page.on("requestfailed", (request) => open.delete(request))
  return open
}

/** A screen has come to rest: it has its heading, nothing is being loaded, and for a while it asks for nothing. */
export async function rest(page: Page, open: Set<Request>): Promise<void> {
  await page.locator("h1").first().waitFor()
  for (let quiet = 0; quiet < 3; quiet++) {
    await page.waitForTimeout(30)
    if (open.size > 0 || (await page.locator("[role=status][aria-label=Loading]").count()) > 0) quiet = -1
  }
}
