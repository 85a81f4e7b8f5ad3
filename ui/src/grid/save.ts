import { t } from "@lingui/core/macro"
import { ApiError } from "couplet-client"
import {
  type Collection,
  type Field,
  type Key,
  keyOf,
  type Row,
  recordsPath,
  type Value,
} from "../app/collections.ts"
import { bodyText } from "../app/json.ts"
import { remember } from "./history.ts"
import type { Edit, GridModel } from "./model.ts"
import { askRecords } from "./read.ts"

/** Saves of one record come one after the other, each with the version that the one before it left. */
const queues = new Map<string, Promise<unknown>>()

/** Keys of records that are being written from here: what comes back of them by live updates is not news. */
export const writing = new Set<string>()

/** A change of one field. */
export interface Change {
  row: Row
  field: Field
  value: Value | Blob
  /** What was typed, to be mended where it is refused. */
  text?: string | undefined
  /** What the field held when the edit began; another value by now is a conflict. */
  base?: Value | undefined
  /** Whatever the record holds by now. */
  overwrite?: boolean
}

/** Saves one field of a record: it shows at once, and stays as it was typed, with the server's words, where it is refused. */
export async function saveCell(model: GridModel, change: Change): Promise<boolean> {
  const { row, field, value, overwrite } = change
  const key = keyOf(model.collection, row)
  const base = change.base === undefined ? (row[field.name] as Value) : change.base
  if (!(value instanceof Blob) && !overwrite && equal(base, value)) {
    model.setEdit(key, field.name, undefined)
    return true
  }
  const edit = new CellSave(model, key, { ...change, base })
  edit.show("pending", "")
  const id = `${model.collection.name}/${key}`
  const turn = (queues.get(id) ?? Promise.resolve()).then(() => edit.send(overwrite ?? false))
  queues.set(id, turn)
  const done = await turn
  if (queues.get(id) === turn) queues.delete(id)
  return done
}

/** So often a change is sent again because others were first. */
const mostTries = 3

class CellSave {
  private readonly model: GridModel
  private readonly key: Key
  private readonly change: Change

  constructor(model: GridModel, key: Key, change: Change) {
    this.model = model
    this.key = key
    this.change = change
  }

  show(state: Edit["state"], message: string, theirs?: Value): void {
    const { field, value, text } = this.change
    const kept = value instanceof Blob ? null : value
    const typed = text ?? (typeof kept === "object" ? JSON.stringify(kept) : String(kept))
    const edit: Edit = { value: kept, text: typed, state, message }
    this.model.setEdit(this.key, field.name, theirs === undefined ? edit : { ...edit, theirs })
    if (state !== "pending") this.model.say(t`${field.label} was not saved. ${message}`)
  }

  /** Sends it. Whatever comes of it, what was typed is stored or shown as refused. */
  async send(overwrite: boolean): Promise<boolean> {
    const id = String(this.key)
    writing.add(id)
    try {
      for (let tries = 0; ; tries++) {
        const done = await this.attempt(overwrite, tries)
        if (done !== undefined) return done
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.show("failed", messageOf(error, this.change.field.name))
      return false
    } finally {
      setTimeout(() => writing.delete(id), 1000)
    }
  }

  /** One request. Nothing is answered where somebody else was first at another field: it is to be sent again. */
  private async attempt(overwrite: boolean, tries: number): Promise<boolean | undefined> {
    const { model, key } = this
    const { field, value, base } = this.change
    const label = field.label
    const kept = model.rows.rowOf(key)
    if (!overwrite && kept && !equal(kept[field.name] as Value, base)) {
      return this.conflict(kept[field.name] as Value)
    }
    try {
      const answer = await askRecords<Row>(model.collection, 1, "PATCH", this.path, {
        ...bodyOf(model.collection, field.name, value),
        ifMatch: overwrite ? undefined : kept?._v,
      })
      model.rows.put([answer.data])
      model.setEdit(key, field.name, undefined)
      remember(model, answer.headers)
      model.say(t`${label} saved.`)
      return true
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412 || tries >= mostTries) throw error
      const now = (await askRecords<Row>(model.collection, 1, "GET", this.path, {})).data
      model.rows.put([now])
      const theirs = now[field.name] as Value
      return equal(base, theirs) ? undefined : this.conflict(theirs)
    }
  }

  private conflict(theirs: Value): boolean {
    this.show("conflict", t`Somebody else has changed this since.`, theirs)
    return false
  }

  private get path(): string {
    return `${recordsPath(this.model.collection.name)}${encodeURIComponent(this.key)}/`
  }
}

function bodyOf(collection: Collection, field: string, value: Value | Blob) {
  if (value instanceof Blob) return { body: { [field]: value } }
  return { body: bodyText(collection, { [field]: value }), headers: { "Content-Type": "application/json" } }
}

/** The server's words about a field, or about the record. */
export function messageOf(error: ApiError, field: string): string {
  const own = error.of(field)
  return own.length > 0 ? own.join(" ") : wordsOf(error)
}

/** The server's words, or that there were none. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error)
  return error.status === 0 ? t`The server did not answer. Is it running?` : error.detail
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
