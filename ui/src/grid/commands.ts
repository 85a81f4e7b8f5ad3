import { plural, t } from "@lingui/core/macro"
import { ApiError } from "couplet-client"
import { type Collection, type Field, keyOf, type Row, recordsPath, type Value } from "../app/collections.ts"
import { bodyText } from "../app/json.ts"
import { tellFailure } from "../parts/toasts.ts"
import { remember, reread, tellUndoable } from "./history.ts"
import type { GridModel } from "./model.ts"
import { askRecords } from "./read.ts"
import { messageOf, saveCell, wordsOf, writing } from "./save.ts"

/** One write of several that are one changeset. */
export interface Write {
  row?: Row
  body: { [field: string]: Value }
  /** What was typed or pasted, by field, shown again where it is refused. */
  texts?: { [field: string]: string }
}

const mostWrites = 1000

/** What an emptied cell holds: null where the field may be null, else the empty text or list. */
export function emptied(field: Field): Value {
  if (field.type === "many_to_many") return []
  if (field.null) return null
  return field.type === "json" ? '""' : ""
}

/** Empties the cells of the selection. */
export async function clearCells(model: GridModel): Promise<void> {
  const { top, bottom, left, right } = model.rectangle()
  const fields = model.list
    .get()
    .columns.slice(left, right + 1)
    .map((c) => c.field)
  const [only] = fields
  const row = model.rows.get(top)
  if (top === bottom && fields.length === 1 && only && row) {
    if (model.mayChange(row, only.name))
      await saveCell(model, { row, field: only, value: emptied(only), text: "" })
    return
  }
  const rows = await rowsOf(model, top, bottom)
  const writes = rows.map((row) => ({
    row,
    body: Object.fromEntries(
      fields.filter((f) => model.mayChange(row, f.name)).map((f) => [f.name, emptied(f)]),
    ),
  }))
  await writeAll(model, writes, (count) => plural(count, { one: "# row cleared.", other: "# rows cleared." }))
}

/** Gives all rows of the selection the values of its first one. */
export async function fillDown(model: GridModel): Promise<void> {
  const { top, bottom, left, right } = model.rectangle()
  const rows = await rowsOf(model, top, bottom)
  const [first, ...others] = rows
  if (!first || others.length === 0) return model.say(t`Select the cells to fill, the first one included.`)
  const fields = model.list
    .get()
    .columns.slice(left, right + 1)
    .map((c) => c.field.name)
  const writes = others.map((row) => ({
    row,
    body: Object.fromEntries(
      fields.filter((name) => model.mayChange(row, name)).map((name) => [name, first[name] as Value]),
    ),
  }))
  await writeAll(model, writes, (count) => plural(count, { one: "# row filled.", other: "# rows filled." }))
}

async function rowsOf(model: GridModel, top: number, bottom: number): Promise<Row[]> {
  if (bottom - top >= mostWrites) {
    tellFailure(t`That is too much at once. Select at most ${mostWrites} rows.`)
    return []
  }
  if (!(await allRead(model, top, bottom))) return []
  const rows: Row[] = []
  for (let index = top; index <= bottom; index++) {
    const row = model.rows.get(index)
    if (row) rows.push(row)
  }
  return rows
}

/** Reads rows that a command needs. What keeps one of them from it is told, and nothing is done. */
export async function allRead(model: GridModel, top: number, bottom: number): Promise<boolean> {
  try {
    return await model.rows.ensure(top, bottom)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    tellFailure(t`Nothing was changed: not all of the selection could be read. ${wordsOf(error)}`)
    return false
  }
}

interface Batch {
  changeset: string | null
  responses: { status: number; body?: Row }[]
}

/** Writes all or nothing, as one changeset. What is refused is shown at its cell, with the server's words. */
export async function writeAll(
  model: GridModel,
  writes: readonly Write[],
  done: (count: number) => string,
): Promise<boolean> {
  const real = writes.filter((write) => Object.keys(write.body).length > 0)
  if (real.length === 0) return false
  const { collection } = model
  for (const { row, body, texts } of real) {
    if (!row) continue
    const key = keyOf(collection, row)
    writing.add(String(key))
    for (const [name, value] of Object.entries(body)) {
      model.setEdit(key, name, {
        value,
        text: texts?.[name] ?? String(value ?? ""),
        state: "pending",
        message: "",
      })
    }
  }
  const settle = () => {
    for (const { row, body } of real) {
      if (!row) continue
      for (const name of Object.keys(body)) model.setEdit(keyOf(collection, row), name, undefined)
    }
  }
  try {
    const answer = await askRecords<Batch>(collection, 4, "POST", "/api/_/batch/", {
      body: `{"requests":[${real.map((write) => requestOf(collection, write)).join(",")}]}`,
      headers: { "Content-Type": "application/json" },
    })
    model.rows.put(answer.data.responses.flatMap((one) => (one.body ? [one.body] : [])))
    settle()
    const changeset = remember(model, answer.headers)
    tellUndoable(model, done(real.length), changeset)
    if (real.some((write) => !write.row)) model.rows.refresh()
    else
      void reread(
        model,
        real.flatMap((w) => (w.row ? [String(keyOf(collection, w.row))] : [])),
      )
    return true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    settle()
    refused(model, real, error)
    return false
  } finally {
    setTimeout(() => {
      for (const { row } of real) if (row) writing.delete(String(keyOf(collection, row)))
    }, 1000)
  }
}

/** A write as a part of a batch. */
function requestOf(collection: Collection, { row, body }: Write): string {
  const path = recordsPath(collection.name)
  const request = row
    ? {
        method: "PATCH",
        path: `${path}${encodeURIComponent(keyOf(collection, row))}/`,
        if_match: `"${row._v}"`,
      }
    : { method: "POST", path }
  return `${JSON.stringify(request).slice(0, -1)},"body":${bodyText(collection, body)}}`
}

/** Marks the cell that a batch was refused for. */
function refused(model: GridModel, writes: readonly Write[], error: ApiError): void {
  const place = (error.body as { request?: number } | undefined)?.request
  const write = place === undefined ? undefined : writes[place]
  const name =
    write &&
    (Object.keys(write.body).find((field) => error.of(field).length > 0) ?? Object.keys(write.body)[0])
  if (!write?.row || !name) {
    tellFailure(t`Nothing was changed. ${wordsOf(error)}`)
    return
  }
  const said = messageOf(error, name)
  const message = t`Nothing was changed. ${said}`
  const key = keyOf(model.collection, write.row)
  const text = write.texts?.[name] ?? String(write.body[name] ?? "")
  model.setEdit(key, name, { value: write.body[name] ?? null, text, state: "failed", message })
  const row = model.rows.placeOf(key)
  const column = model.list.get().columns.findIndex((c) => c.field.name === name)
  if (row !== undefined && column >= 0) model.go({ row, column })
  model.say(message)
}
