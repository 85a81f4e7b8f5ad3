import { plural, t } from "@lingui/core/macro"
import type { ClipboardEvent } from "react"
import type { Field, Row, Value } from "../app/collections.ts"
import { tellFailure } from "../parts/toasts.ts"
import { type Shown, textOf } from "./cells/text.ts"
import { isRelation } from "./columns.ts"
import { clearCells } from "./commands.ts"
import { editText } from "./editors/values.ts"
import type { GridModel } from "./model.ts"
import type { Pasted } from "./paste.ts"
import { wordsOf } from "./save.ts"
import { readTSV, writeTSV } from "./tsv.ts"

/** Copies and pastes by the events of the clipboard, which work on plain http, too. */
export function useClipboard(model: GridModel, shown: Shown) {
  const here = (event: ClipboardEvent) => {
    const target = event.target as HTMLElement
    if (!event.currentTarget.contains(target)) return false
    return !target.closest("[data-editor], input[type=text], textarea") && model.active.get().row >= 0
  }
  const onCopy = (event: ClipboardEvent): boolean => {
    if (!here(event)) return false
    event.preventDefault()
    return copy(model, shown, event.clipboardData)
  }
  return {
    onCopy: (event: ClipboardEvent) => void onCopy(event),
    onCut: (event: ClipboardEvent) => {
      if (onCopy(event)) void clearCells(model)
    },
    onPaste: (event: ClipboardEvent) => {
      if (!here(event)) return
      event.preventDefault()
      const cells = read(event.clipboardData)
      if (cells.length === 0) return
      const at = model.rectangle()
      import("./paste.ts")
        .then(({ paste }) => paste(model, at, cells, shown))
        .catch((error) => tellFailure(wordsOf(error)))
    },
  }
}

/** What a cell is to others: numbers and moments as the server writes them, relations by their names. */
function copied(field: Field, row: Row, shown: Shown): string {
  const value = row[field.name] as Value
  if (field.choices || isRelation(field.type)) return textOf(field, value, row, shown)
  if (field.type === "datetime") return editText(field, value, shown.zone)
  return value === null || value === undefined ? "" : String(value)
}

/** Puts the selection on the clipboard: as text with tabs, and as a table that also holds the values themselves. */
function copy(model: GridModel, shown: Shown, clipboard: DataTransfer): boolean {
  const { top, bottom, left, right } = model.rectangle()
  const fields = model.list
    .get()
    .columns.slice(left, right + 1)
    .map((c) => c.field)
  const texts: string[][] = []
  const table: string[] = []
  for (let index = top; index <= bottom; index++) {
    const row = model.rows.get(index)
    if (!row) {
      tellFailure(t`Nothing was copied: not all of the selection has been read yet.`)
      return false
    }
    texts.push(fields.map((field) => copied(field, row, shown)))
    const cells = fields.map((field) => {
      const text = escaped(copied(field, row, shown))
      if (field.type === "json") return `<td>${text}</td>`
      return `<td data-couplet="${escaped(JSON.stringify(row[field.name] ?? null))}">${text}</td>`
    })
    table.push(`<tr>${cells.join("")}</tr>`)
  }
  clipboard.setData("text/plain", writeTSV(texts))
  clipboard.setData("text/html", `<table data-couplet="${location.origin}">${table.join("")}</table>`)
  const cells = texts.length * fields.length
  model.say(plural(cells, { one: "# cell copied.", other: "# cells copied." }))
  return true
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")
}

/** Cells that were copied from a grid keep their values; others are text, as JSON is. */
function read(clipboard: DataTransfer): Pasted[][] {
  const texts = readTSV(clipboard.getData("text/plain"))
  const html = clipboard.getData("text/html")
  if (!html.includes("data-couplet")) return texts.map((row) => row.map((text) => ({ text })))
  const table = new DOMParser().parseFromString(html, "text/html")
  const rows = [...table.querySelectorAll("tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => {
      const text = cell.textContent ?? ""
      const value = cell.dataset.couplet
      return value === undefined ? { text } : { text, value: JSON.parse(value) as Value }
    }),
  )
  return rows.length > 0 ? rows : texts.map((row) => row.map((text) => ({ text })))
}
