import { ApiError, type FieldErrors } from "couplet-client"
import { client, queries } from "../app/client.ts"
import { type Collection, type Key, keyOf, type Row, recordsPath } from "../app/collections.ts"
import { jsonFault } from "../app/jsonText.ts"
import { newRecord } from "../app/newRecord.ts"
import type { Draft } from "./draft.ts"
import { markOwn } from "./own.ts"
import { recordPath, recordQuery, rowOf } from "./read.ts"
import { bodyOf, same, valueIn } from "./values.ts"

export interface Saved {
  row: Row
  /** The changeset, by which it can be undone. */
  changeset: string | null
}

/** The fields that somebody else has changed since they were touched here. */
export function conflictsOf(draft: Draft, row: Row | undefined): string[] {
  const { changes, base } = draft.state.get()
  if (!row) return []
  return Object.keys(changes).filter((field) => !same(base[field], valueIn(row, field)))
}

/**
 * Saves what was changed and nothing else. Whatever is refused is told in the draft, and typed text stays. Where
 * others have changed other fields meanwhile it is saved on top; where the same ones, both sides are shown.
 */
export async function save(
  collection: Collection,
  key: Key | undefined,
  draft: Draft,
): Promise<Saved | undefined> {
  if (draft.state.get().saving || faulty(collection, draft)) return undefined
  draft.put({ saving: true, failure: undefined, errors: {} })
  const sent = draft.state.get().changes
  try {
    const saved = key === undefined ? await create(collection, draft) : await change(collection, key, draft)
    if (!saved) return undefined
    markOwn(saved.row)
    queries.setQueryData(recordQuery(collection, keyOf(collection, saved.row)).queryKey, saved.row)
    draft.stored(sent, (field) => valueIn(saved.row, field))
    void queries.invalidateQueries({ queryKey: ["history", collection.name] })
    void queries.invalidateQueries({ queryKey: ["lookup", collection.name] })
    return saved
  } catch (error) {
    refused(collection, draft, error)
    return undefined
  } finally {
    draft.put({ saving: false })
  }
}

function faulty(collection: Collection, draft: Draft): boolean {
  const errors: { [field: string]: string[] } = {}
  for (const field of collection.fields) {
    const value = draft.state.get().changes[field.name]
    const fault = field.type === "json" && typeof value === "string" ? jsonFault(value) : undefined
    if (fault) errors[field.name] = [fault]
  }
  const some = Object.keys(errors).length > 0
  if (some) draft.put({ errors, failure: undefined })
  return some
}

const json = { "Content-Type": "application/json" }

async function change(
  collection: Collection,
  key: Key,
  draft: Draft,
  again = false,
): Promise<Saved | undefined> {
  const query = recordQuery(collection, key)
  const row = queries.getQueryData(query.queryKey)
  if (conflictsOf(draft, row).length > 0) return undefined
  try {
    const answer = await client.answer<string>("PATCH", recordPath(collection.name, key), {
      body: bodyOf(collection, draft.state.get().changes),
      headers: json,
      ifMatch: row?._v,
      as: "text",
    })
    return { row: rowOf(collection, answer.data), changeset: answer.headers.get("Couplet-Changeset") }
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412 || again) throw error
    await queries.fetchQuery({ ...query, staleTime: 0 })
    return change(collection, key, draft, true)
  }
}

/** The last new record that was sent: the same one sent again, after an answer that was lost, is not made twice. */
let lastSent = { body: "", key: "" }

async function create(collection: Collection, draft: Draft): Promise<Saved> {
  const body = bodyOf(collection, newRecord(collection, draft.state.get().changes))
  if (lastSent.body !== body) lastSent = { body, key: unique() }
  const answer = await client.answer<string>("POST", recordsPath(collection.name), {
    body,
    headers: { ...json, "Idempotency-Key": lastSent.key },
    as: "text",
  })
  lastSent = { body: "", key: "" }
  return { row: rowOf(collection, answer.data), changeset: answer.headers.get("Couplet-Changeset") }
}

function unique(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("")
}

/** Puts what the server said to its places. */
function refused(collection: Collection, draft: Draft, error: unknown): void {
  const errors: { [field: string]: string[] } = {}
  let placed = error instanceof ApiError && error.status === 400
  if (error instanceof ApiError) {
    for (const [name, messages] of Object.entries(error.fields)) {
      if (collection.fields.some((field) => field.name === name)) errors[name] = said(messages)
      else placed = false
    }
  }
  draft.put({ errors, failure: placed && Object.keys(errors).length > 0 ? undefined : error })
}

/** All messages, those about parts with the way to them: `lines 2, price: …`. */
export function said(messages: string[] | FieldErrors | FieldErrors[] | undefined, at = ""): string[] {
  if (messages === undefined) return []
  if (Array.isArray(messages)) {
    return messages.flatMap((one, index) =>
      typeof one === "string" ? [at ? `${at}: ${one}` : one] : said(one, `${at} ${index + 1}`.trim()),
    )
  }
  return Object.entries(messages).flatMap(([name, inner]) => said(inner, at ? `${at}, ${name}` : name))
}
