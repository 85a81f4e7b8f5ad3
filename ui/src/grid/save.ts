import { t } from "@lingui/core/macro"
import { ApiError } from "couplet-client"
import { client } from "../app/client.ts"
import { type Field, type Key, keyOf, type Row, recordsPath, type Value } from "../app/collections.ts"
import { remember } from "./history.ts"
import type { GridModel } from "./model.ts"

/** Saves of one record come one after the other, each with the version that the one before it left. */
const queues = new Map<string, Promise<unknown>>()

/** Keys of records that are being written from here: what comes back of them by live updates is not news. */
export const writing = new Set<string>()

/** Saves one field of a record: it shows at once, and stays as it was typed, with the server's words, where it is refused. */
export async function saveCell(
  model: GridModel,
  row: Row,
  field: Field,
  value: Value | Blob,
  text = typeof value === "object" ? JSON.stringify(value) : String(value),
  overwrite = false,
): Promise<boolean> {
  const key = keyOf(model.collection, row)
  const kept = value instanceof Blob ? null : value
  if (!(value instanceof Blob) && !overwrite && equal(row[field.name] as Value, value)) {
    model.setEdit(key, field.name, undefined)
    return true
  }
  model.setEdit(key, field.name, { value: kept, text, state: "pending", message: "" })
  const id = `${model.collection.name}/${key}`
  const turn = (queues.get(id) ?? Promise.resolve()).then(() =>
    write(model, key, field, value, text, overwrite),
  )
  queues.set(id, turn)
  const done = await turn
  if (queues.get(id) === turn) queues.delete(id)
  return done
}

async function write(
  model: GridModel,
  key: Key,
  field: Field,
  value: Value | Blob,
  text: string,
  overwrite: boolean,
): Promise<boolean> {
  const id = String(key)
  const label = field.label
  writing.add(id)
  try {
    const version = overwrite ? undefined : model.rows.rowOf(key)?._v
    const answer = await client.answer<Row>("PATCH", pathOf(model, key), {
      body: { [field.name]: value },
      ifMatch: version,
    })
    model.rows.put([answer.data])
    model.setEdit(key, field.name, undefined)
    remember(model, answer.headers)
    model.say(t`${label} saved.`)
    return true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const kept = value instanceof Blob ? null : value
    if (error.status === 412) await conflict(model, key, field, kept, text)
    else {
      const message = messageOf(error, field.name)
      model.setEdit(key, field.name, { value: kept, text, state: "failed", message })
      model.say(t`${label} was not saved. ${message}`)
    }
    return false
  } finally {
    setTimeout(() => writing.delete(id), 1000)
  }
}

/** Somebody else was first: what the record holds now is shown beside what was typed, where it is the same field. */
async function conflict(model: GridModel, key: Key, field: Field, value: Value, text: string): Promise<void> {
  const before = model.rows.rowOf(key)?.[field.name] as Value
  const now = await client.get<Row>(pathOf(model, key))
  model.rows.put([now])
  const theirs = now[field.name] as Value
  if (equal(before, theirs)) {
    await write(model, key, field, value, text, false)
    return
  }
  const label = field.label
  const message = t`Somebody else has changed this since.`
  model.setEdit(key, field.name, { value, text, state: "conflict", message, theirs })
  model.say(t`${label} was not saved. ${message}`)
}

/** The server's words about a field, or about the record. */
export function messageOf(error: ApiError, field: string): string {
  const own = error.of(field)
  if (own.length > 0) return own.join(" ")
  return error.status === 0 ? t`The server did not answer. Is it running?` : error.detail
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function pathOf(model: GridModel, key: Key): string {
  return `${recordsPath(model.collection.name)}${encodeURIComponent(key)}/`
}
