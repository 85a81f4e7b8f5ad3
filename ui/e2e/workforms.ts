// Forms where more is at stake than a few texts: drafts, rules, imports, changes in a list.
import assert from "node:assert/strict"
import type { Page } from "playwright-core"
import { type Forms, press, says } from "./forms.ts"
import { becomes } from "./harness.ts"

const take = async (page: Page, rows: string) => {
  await page.getByLabel("Or paste rows").fill(rows)
  await press("Take these rows")(page)
}

/** Goes on to the columns of some rows, and chooses otherwise than was guessed. */
const mapRows = async (page: Page) => {
  await take(page, "Label\tslug\tnote\nKept\tkept-1\tx\n")
  await page.getByRole("button", { name: /Field for Label/ }).click()
  await page.getByRole("option", { name: "Name" }).click()
  await page.getByText("Import the good rows").click()
}

const mapped = async (page: Page) => {
  await page.getByRole("button", { name: /Name.*Field for Label|Field for Label.*Name/ }).waitFor()
  await page.getByText("kept-1").waitFor()
  assert.ok(await page.getByRole("radio", { name: /^Import the good rows/ }).isChecked())
}

const inCell = "A title that is kept in its cell"
const cell = (page: Page) => page.locator("[data-row='0'] [data-column='0']")
const editor = (page: Page) => page.getByRole("textbox", { name: "Title" })

export const workForms: Forms = {
  "a field of a draft": {
    path: "/schema/articles?field=title",
    turn: "draft",
    main: "(POST|PATCH) _/schema/drafts/([^/]+/)?",
    fields: { "Most characters": "199", Help: "Words that are kept" },
    send: (page, last) => {
      if (last === undefined) return page.keyboard.press("Enter")
      return press(last === 412 ? "Keep mine" : "Save again")(page)
    },
    own: { 412: "Somebody else has changed this draft meanwhile." },
    done: says("Draft saved"),
  },
  "a rule": {
    path: "/access?role=writers&collection=articles&action=change",
    turn: "draft",
    main: "(POST|PATCH) _/schema/drafts/([^/]+/)?",
    fields: { Rule: "views < 1234" },
    send: (page, last) =>
      last === undefined ? page.keyboard.press("Control+Enter") : press("Save again")(page),
    done: async (page) => {
      await press("Review plan")(page) // it goes on once all is stored
      await page.waitForURL(/\/schema\/plan\//)
    },
  },
  "rows to import": {
    path: "/data/tags/import/new",
    main: "POST _/uploads/",
    fields: { "Or paste rows": "name\tslug\nKept\tkept-2\n" },
    send: "Take these rows",
    done: says("kept-2"),
  },
  "columns to import": {
    path: "/data/tags/import/new",
    act: mapRows,
    main: "POST _/imports/",
    fields: {},
    kept: mapped,
    send: "Check the rows",
    done: says("All rows are good."),
  },
  "an import": {
    path: "/data/tags/import/new",
    act: async (page) => {
      await mapRows(page)
      await press("Check the rows")(page)
      await says("All rows are good.")(page)
    },
    main: "POST _/imports/",
    fields: {},
    kept: async (page) => {
      await page.goBack()
      await mapped(page)
      await page.goForward()
    },
    send: "Import 1 row",
    done: says("All rows are imported."),
  },
  "a collection from a file": {
    path: "/start/csv",
    act: (page) => take(page, "Who\tVisits\nAda\t3\n"),
    main: "POST _/schema/plan/",
    fields: { "Name of the collection": "kept_guests", "Name of Visits": "visits_that_are_kept" },
    send: "Review the plan",
    done: says("Create collection kept_guests."),
  },
  "a change of many": {
    path: "/data/tags?order=id",
    act: async (page) => {
      await cell(page).click()
      await page.keyboard.press("Shift+Space")
      await press("Edit a field")(page)
      await page.getByRole("combobox", { name: "Field" }).fill("Name")
      await page.getByRole("option", { name: "Name", exact: true }).click()
    },
    main: "POST _/records/tags/bulk/",
    fields: { Value: "A value that is kept" },
    send: "Check the change",
    done: says("1 record can be changed."),
  },
  "a change of many, once it is tried": {
    path: "/data/authors?order=id",
    act: async (page) => {
      await cell(page).click()
      await page.keyboard.press("Shift+Space")
      await press("Edit a field")(page)
      await page.getByRole("combobox", { name: "Field" }).fill("Bio")
      await page.getByRole("option", { name: "Bio", exact: true }).click()
      await page.getByRole("textbox", { name: "Value" }).fill("A life that is kept")
      await press("Check the change")(page)
      await says("1 record can be changed.")(page)
    },
    main: "POST _/records/authors/bulk/",
    fields: {},
    kept: (page) =>
      becomes(() => page.getByRole("textbox", { name: "Value" }).inputValue(), "A life that is kept"),
    send: (page, last) => press(last === undefined ? "Change 1 record" : "Check the change")(page),
    done: async (page) => {
      await press("Change 1 record")(page)
      await says("is changed.")(page)
    },
  },
  "a cell": {
    path: "/data/articles?filter=id%20%3D%3D%204&cols=title",
    act: async (page) => {
      await cell(page).click()
      await page.keyboard.press("Enter")
      await editor(page).fill(inCell)
    },
    main: "PATCH _/records/articles/4/",
    fields: {},
    kept: async (page) => {
      assert.equal(await cell(page).locator("> span").first().textContent(), inCell)
      await page.keyboard.press("F2")
      assert.equal(await editor(page).inputValue(), inCell)
    },
    send: (page) => editor(page).press("Enter"),
    place: (page) => cell(page).locator("[data-editor]"),
    done: (page) => page.locator(`[aria-label="Title, ${inCell}, row 1"]:not([data-state])`).waitFor(),
  },
}
