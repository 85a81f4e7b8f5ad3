import { plural, t } from "@lingui/core/macro"
import { ApiError } from "couplet-client"
import { client } from "../app/client.ts"
import { type Field, type Key, type Row, recordsPath, type Value } from "../app/collections.ts"
import { isJSON } from "../app/json.ts"
import { newRecord } from "../app/newRecord.ts"
import { tellFailure } from "../parts/toasts.ts"
import type { Shown } from "./cells/text.ts"
import { isFile, isRelation } from "./columns.ts"
import { allRead, type Write, writeAll } from "./commands.ts"
import { valueFrom } from "./editors/values.ts"
import { growing } from "./Growing.tsx"
import type { GridModel, Rectangle } from "./model.ts"

/** A cell of the clipboard: its text, and its value where it was copied from a grid. */
export interface Pasted {
  text: string
  value?: Value
}

const most = 1000

/** Pastes a block where it was asked for; one cell or a fitting block fills it. What lies past the end makes new records. */
export async function paste(
  model: GridModel,
  at: Rectangle,
  cells: readonly Pasted[][],
  shown: Shown,
): Promise<void> {
  const { top, left, rows: height, columns: width } = target(at, cells)
  const columns = model.list.get().columns.slice(left, left + width)
  if (height > most) {
    tellFailure(t`That is too much at once. Paste at most ${most} rows, or import a file.`)
    return
  }
  const end = model.rows.length
  const known = Math.max(0, Math.min(height, end - top))
  if (known > 0 && !(await allRead(model, top, top + known - 1))) return
  const grown = model.collection.add !== "none" && model.rows.measured ? height - known : 0
  if (grown > 0 && !(await new Promise<boolean>((answer) => growing.set({ count: grown, answer })))) return
  const relations = new Relations(shown)
  const writes: Write[] = []
  try {
    for (let index = 0; index < known + grown; index++) {
      const row = index < known ? model.rows.get(top + index) : undefined
      if (index < known && !row) continue
      const source = cells[index % cells.length] ?? []
      writes.push(await writeOf(model, row, columns, source, relations, shown))
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    tellFailure(t`Nothing was pasted. ${error.detail}`)
    return
  }
  await writeAll(model, writes, (count) => plural(count, { one: "# row pasted.", other: "# rows pasted." }))
}

/** Where a paste goes to, and how large it is. */
function target({ top, bottom, left, right }: Rectangle, cells: readonly Pasted[][]) {
  const high = cells.length
  const wide = Math.max(...cells.map((row) => row.length))
  const rows = bottom - top + 1
  const columns = right - left + 1
  return {
    top,
    left,
    rows: rows > high && rows % high === 0 ? rows : high,
    columns: columns > wide && columns % wide === 0 ? columns : wide,
  }
}

async function writeOf(
  model: GridModel,
  row: Row | undefined,
  columns: readonly { field: Field }[],
  source: readonly Pasted[],
  relations: Relations,
  shown: Shown,
): Promise<Write> {
  const body: { [field: string]: Value } = {}
  const texts: { [field: string]: string } = {}
  for (const [place, { field }] of columns.entries()) {
    const cell = source[place % Math.max(1, source.length)]
    const may = row ? model.mayChange(row, field.name) : field.writable
    if (!cell || !may || isFile(field.type)) continue
    if (!row && cell.text === "" && (cell.value === undefined || cell.value === null)) continue
    body[field.name] = await meant(field, cell, relations, shown)
    texts[field.name] = cell.text
  }
  if (row) return { row, body, texts }
  return Object.keys(body).length > 0 ? { body: newRecord(model.collection, body), texts } : { body, texts }
}

/** What a pasted cell means in a field. What cannot be told here the server is asked. */
async function meant(field: Field, cell: Pasted, relations: Relations, shown: Shown): Promise<Value> {
  if (cell.value !== undefined && fits(field, cell.value)) return cell.value
  const { text } = cell
  if (isRelation(field.type)) return relations.meant(field, text)
  if (field.choices) {
    const choice = field.choices.find(
      ([value, label]) => label.toLowerCase() === text.trim().toLowerCase() || String(value) === text.trim(),
    )
    return choice?.[0] ?? valueFrom({ ...field, type: "char" }, text, shown.zone)
  }
  if (field.type === "boolean") return truth(text, field.null)
  if (field.type === "json") {
    if (cell.value !== undefined && cell.value !== null) return JSON.stringify(cell.value)
    const none = ["", "null"].includes(text.trim())
    return none || isJSON(text) ? valueFrom(field, text, shown.zone) : JSON.stringify(text)
  }
  return valueFrom(field, text, shown.zone)
}

function fits(field: Field, value: Value): boolean {
  if (value === null) return field.null
  if (field.type === "many_to_many") return Array.isArray(value)
  if (field.type === "boolean") return typeof value === "boolean"
  if (field.type === "json") return false
  return typeof value === "string" || typeof value === "number"
    ? !isRelation(field.type) && !field.choices
    : false
}

function truth(text: string, nullable: boolean): Value {
  const word = text.trim().toLowerCase()
  if (/^(true|yes|1|x|✓|wahr|ja)$/.test(word)) return true
  if (/^(false|no|0|·|falsch|nein)$/.test(word)) return false
  return word === "" ? (nullable ? null : false) : text
}

/** Records of other collections by their names or keys; each name is asked for once. */
class Relations {
  private readonly known = new Map<string, Promise<Value>>()
  readonly shown: Shown

  constructor(shown: Shown) {
    this.shown = shown
  }

  async meant(field: Field, text: string): Promise<Value> {
    if (field.type === "many_to_many") {
      const names = text.split(",").map((name) => name.trim())
      return Promise.all(names.filter(Boolean).map((name) => this.find(field, name)))
    }
    if (text.trim() === "") return field.null ? null : ""
    return this.find(field, text.trim())
  }

  private find(field: Field, name: string): Promise<Value> {
    const key = `${field.to}/${name}`
    let found = this.known.get(key)
    if (!found) {
      found = lookup(field.to ?? "", name)
      this.known.set(key, found)
    }
    return found
  }
}

/** The key of the one record that has this name; else the text itself, as a key. */
async function lookup(collection: string, name: string): Promise<Value> {
  if (!collection || /^#/.test(name)) return name.replace(/^#/, "")
  const found = await client.get<{ results: { key: Key; display: string | null }[] }>(
    `${recordsPath(collection)}lookup/`,
    { query: { q: name, limit: 20 } },
  )
  const same = found.results.filter(({ display }) => display?.toLowerCase() === name.toLowerCase())
  return same[0]?.key ?? name
}
