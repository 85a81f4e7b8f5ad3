import { ApiError } from "couplet-client"
import { client } from "../../app/client.ts"
import { recordsPath, type Value } from "../../app/collections.ts"
import { bodyText } from "../../app/json.ts"
import { few, revert } from "../../app/revert.ts"
import type { GridModel } from "../../grid/model.ts"
import { outcomeOf, watchOf } from "./behind.ts"
import { chosenCount, type Selection, selectionOf } from "./selection.ts"

/** A record that the server refused, with what it said about each field. */
export interface Refusal {
  key: string | number
  status: number
  errors: { [field: string]: unknown }
}

/** What became of a change of many records, or would become of it. */
export interface Outcome {
  count: number
  changed: number
  changeset: string | null
  group: string | null
  errors: Refusal[]
  /** It was ended before it was done; what was changed until then stays. */
  cancelled?: boolean
}

export type BulkChange = { set: { [field: string]: Value } } | { delete: true }

/** Changes or deletes the chosen records. With `dry` everything is checked and nothing kept. */
export async function bulk(
  model: GridModel,
  change: BulkChange,
  { dry, expected }: { dry?: boolean; expected?: number },
): Promise<Outcome> {
  const count = expected ?? chosenCount(model, model.chosen.get())
  const wish = {
    ...selectionOf(model),
    ...("delete" in change ? change : {}),
    ...(dry ? { dry_run: true } : {}),
    ...(expected === undefined ? {} : { expected }),
  }
  const post = <T>(how: object) => {
    const members = JSON.stringify({ ...wish, ...how }).slice(1, -1)
    const body =
      "set" in change ? `{"set":${bodyText(model.collection, change.set)},${members}}` : `{${members}}`
    return client.post<T>(path, body, { headers: { "Content-Type": "application/json" } })
  }
  const path = `${recordsPath(model.collection.name)}bulk/`
  if (count !== null && count <= few) return post<Outcome>({})
  const { id } = await post<{ id: string }>({ background: true })
  return outcomeOf(model, dry ? "trying" : "delete" in change ? "deleting" : "changing", id)
}

/** What deleting would do to other records. */
export interface Impact {
  count: number
  blocked: boolean
  effects: {
    effect: "cascade" | "protect" | "restrict" | "set_null" | "set_default" | "do_nothing" | "unlink"
    collection: string | null
    field: string | null
    count: number
    hidden: number
    examples: { key: string | number; display: string | null }[]
  }[]
}

export function impact(collection: string, selection: Selection): Promise<Impact> {
  return client.post<Impact>(`${recordsPath(collection)}impact/`, selection)
}

/** Undoes a change of many, as far as nothing has changed since. Answers how many records went back. */
export async function undoBulk(model: GridModel, outcome: Outcome): Promise<number> {
  const id = outcome.group ?? outcome.changeset ?? ""
  const report = await revert(id, "keep", { count: outcome.changed, watch: watchOf(model, "undoing") })
  return report.done.length
}

/** What was changed before the rest was refused, where the server did so many in parts. */
export function changedBefore(error: unknown): Outcome | undefined {
  const body = error instanceof ApiError ? (error.body as Partial<Outcome> | undefined) : undefined
  return body?.changed && (body.changeset || body.group) ? (body as Outcome) : undefined
}

/** What was refused, record by record, where the server said so. */
export function refusalsOf(error: unknown): Refusal[] {
  const body = error instanceof ApiError ? (error.body as Partial<Outcome> | undefined) : undefined
  return Array.isArray(body?.errors) ? body.errors : []
}
