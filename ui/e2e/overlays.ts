// What lies over screens when it is asked for: menus, popovers, dialogs, editors of cells. None of it changes a record.
import type { Page } from "playwright-core"
import type { Screen } from "./screens.ts"

type Act = (page: Page) => Promise<void>

const steps =
  (...acts: Act[]): Act =>
  async (page) => {
    for (const act of acts) await act(page)
  }

const press =
  (name: string | RegExp, role: "button" | "menuitem" | "option" | "columnheader" = "button"): Act =>
  (page) =>
    page
      .getByRole(role, { name, exact: typeof name === "string" })
      .first()
      .click()

const choose = (name: string | RegExp) => press(name, "menuitem")

const key =
  (...keys: string[]): Act =>
  async (page) => {
    for (const one of keys) await page.keyboard.press(one)
  }

const sees =
  (selector: string): Act =>
  (page) =>
    page.locator(selector).first().waitFor()

/** Goes into a cell of the first row, and begins to edit it. */
const edit = (field: string): Act =>
  steps(
    (page) => page.locator(`[role=gridcell][aria-label^="${field}, "]`).first().click(),
    key("F2"),
    sees("[role=gridcell] :is(input:not([type=checkbox]), textarea)"),
  )

const type =
  (text: string): Act =>
  (page) =>
    page.keyboard.type(text)

const dialog = sees("[role=dialog], [role=alertdialog]")
const menu = sees("[role=menu]")
const rows = sees("[role=gridcell], [role=listitem]")
const list = "/data/articles"
const wide = "wide"
const narrow = "narrow"

/** A log-in that ends while a record is written, and is there again for the next screen. */
const loggedOut: Act = async (page) => {
  await page.getByRole("textbox", { name: /^Slug/ }).fill("kept")
  await page.getByRole("textbox", { name: /^Name/ }).fill("Kept")
  const cookies = await page.context().cookies()
  await page.context().clearCookies()
  await page.getByRole("button", { name: /^Create tag/ }).click()
  await page.getByRole("dialog", { name: "Your log-in has ended" }).waitFor()
  await page.context().addCookies(cookies)
}

/** Goes elsewhere, as a link does. */
const leave: Act = (page) =>
  page.evaluate(() => {
    const { __TSR_ROUTER__: router } = window as unknown as {
      __TSR_ROUTER__: { navigate: (to: object) => unknown }
    }
    void router.navigate({ to: "/about" })
  })

export const overlays: readonly Screen[] = [
  { name: "what can be found", path: list, act: steps(rows, key("Control+k"), type("ar"), menu) },
  { name: "shortcuts", path: "/about", act: steps(key("?"), dialog) },
  { name: "account", path: "/about", only: wide, act: steps(press(/^Account of/), menu) },
  { name: "collections on a phone", path: "/about", only: narrow, act: steps(press("Data"), menu) },
  { name: "more on a phone", path: "/about", only: narrow, act: steps(press("More"), menu) },
  { name: "log-in has ended", path: "/data/tags/new", act: loggedOut },
  { name: "filter", path: `${list}?filter=views%20%3E%20500`, act: steps(rows, press(/^Filter/), dialog) },
  {
    name: "filter as text",
    path: list,
    act: steps(rows, press(/^Filter/), press("Expression"), type("sta"), sees("[role=option]")),
  },
  { name: "sort", path: `${list}?order=-views`, only: wide, act: steps(rows, press(/^Sort/), dialog) },
  { name: "columns", path: list, only: wide, act: steps(rows, press(/^Columns/), dialog) },
  { name: "more of a list", path: list, only: wide, act: steps(rows, press("Import, export, API"), menu) },
  { name: "more of a list", path: list, only: narrow, act: steps(rows, press("Sort, columns, more"), menu) },
  {
    name: "list by API",
    path: list,
    only: wide,
    act: steps(rows, press("Import, export, API"), choose(/by API/), dialog),
  },
  { name: "views", path: list, only: wide, act: steps(rows, press("Views"), menu) },
  {
    name: "new view",
    path: `${list}?q=a`,
    only: wide,
    act: steps(rows, press("Views"), choose(/^Save as a new view/), dialog),
  },
  {
    name: "column menu",
    path: list,
    only: wide,
    act: steps(rows, (page) => page.getByRole("columnheader", { name: "Status" }).click(), menu),
  },
  {
    name: "records selected",
    path: list,
    only: wide,
    act: steps(rows, edit("Title"), key("Escape", "Shift+Space"), sees("[data-bulk]")),
  },
  ...[
    { name: "field of the selected", button: "Edit a field" },
    { name: "delete the selected", button: "Delete 1" },
  ].map(({ name, button }) => ({
    name,
    path: list,
    only: wide as "wide",
    act: steps(rows, edit("Title"), key("Escape", "Shift+Space"), press(button), dialog),
  })),
  ...["Title", "Status", "Author", "Tags", "Published at", "Views"].map((field) => ({
    name: `cell editor, ${field}`,
    path: `${list}?cols=title!,status,author,tags,published_at,featured,views`,
    only: wide as "wide",
    act: steps(rows, edit(field)),
  })),
  {
    name: "cell refused",
    path: list,
    only: wide,
    act: steps(
      rows,
      edit("Views"),
      key("Control+a"),
      type("12a"),
      key("Enter"),
      sees("[role=gridcell][aria-invalid=true]"),
    ),
  },
  { name: "record, actions", path: `${list}/1`, act: steps(press("Actions"), menu) },
  { name: "record, delete", path: `${list}/1`, act: steps(press("Actions"), choose(/^Delete\b/), dialog) },
  {
    name: "record, day",
    path: `${list}/1`,
    act: steps(press("Choose a day for Published at"), dialog),
  },
  {
    name: "record, related one",
    path: `${list}/1`,
    act: steps(
      (page) => page.getByRole("combobox", { name: /^Author/ }).click(),
      key("ArrowDown"),
      sees("[role=listbox]"),
    ),
  },
  {
    name: "record, left unsaved",
    path: `${list}/1`,
    act: steps((page) => page.getByRole("textbox", { name: /^Title/ }).fill("Changed"), leave, dialog),
  },
  {
    name: "new record, refused",
    path: "/data/tags/new",
    act: steps(press(/^Create tag/), sees("[aria-invalid=true]")),
  },
  { name: "collection, more", path: "/schema/articles", act: steps(press("More"), menu) },
  {
    name: "drafts",
    path: "/schema",
    act: steps((page) => page.locator("main button[aria-haspopup]").last().click(), menu),
  },
  { name: "access, a role", path: "/access", act: steps(press(/^Writers/), menu) },
  {
    name: "API, before it is sent",
    path: "/api/articles?op=articles_create",
    act: steps(press(/^Send POST/), dialog),
  },
  {
    name: "webhook, delete",
    path: "/operate/webhooks/{webhook}?tab=settings",
    act: steps(press("Delete the webhook"), dialog),
  },
  {
    name: "webhook, send again",
    path: "/operate/webhooks/{webhook}",
    act: steps(press(/^Send a range/), dialog),
  },
  { name: "person, delete", path: "/people/2", act: steps(press("Delete account"), dialog) },
]
