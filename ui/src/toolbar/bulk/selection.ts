import type { Collection } from "../../app/collections.ts"
import type { Chosen, GridModel } from "../../grid/model.ts"
import { filterOf } from "../change.ts"
import { keyIsNumber } from "../filter/conditions.ts"

/** The records that are chosen, as the server takes them: by their keys, or by what they match. */
export type Selection = { ids: string[] } | { filter: string; q: string }

/** How many are chosen; null while nobody has counted those that match. */
export function chosenCount(model: GridModel, chosen: Chosen): number | null {
  if (!chosen.all) return chosen.keys.size
  const { count } = model.rows.count.get()
  return count === null ? null : count - chosen.keys.size
}

export function selectionOf(model: GridModel): Selection {
  const { all, keys } = model.chosen.get()
  if (!all) return { ids: [...keys] }
  const list = model.list.get()
  const q = list.q.trim()
  return { filter: without(model.collection, filterOf(list), keys) || "true", q }
}

/** A filter that passes over some records. */
function without(collection: Collection, filter: string, keys: ReadonlySet<string>): string {
  if (keys.size === 0) return filter
  const numeric = keyIsNumber(collection)
  const list = [...keys].map((key) => (numeric ? key : JSON.stringify(key))).join(", ")
  const except = `!(this.${collection.key} in [${list}])`
  return filter ? `(${filter}) && ${except}` : except
}

/** The same as parameters of an address. */
export function selectionQuery(selection: Selection): Record<string, string> {
  if ("ids" in selection) return { ids: JSON.stringify(selection.ids) }
  const { filter, q } = selection
  return { ...(filter && filter !== "true" ? { filter } : {}), ...(q ? { q } : {}) }
}
