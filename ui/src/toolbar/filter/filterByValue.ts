import { queries } from "../../app/client.ts"
import { type Collection, collectionsQuery, type Field, type Value } from "../../app/collections.ts"
import { checkQuery, formatTree } from "../../expression/api.ts"
import type { GridModel } from "../../grid/model.ts"
import { changeList, filterOf } from "../change.ts"
import { type Condition, isComplete, newId, operatorsOf } from "./conditions.ts"
import { kindOf, resolvePath } from "./paths.ts"
import { toTree } from "./toTree.ts"

/** The condition that a field has the value of a cell; undefined where there is none for it. */
export function conditionFor(
  all: readonly Collection[],
  collection: Collection,
  field: Field,
  value: Value | undefined,
): Condition | undefined {
  const end = resolvePath(all, collection, [field.name])
  if (!end || value === undefined) return undefined
  const made = { id: newId(), path: field.name }
  const kind = kindOf(field)
  const condition: Condition =
    value === null
      ? { ...made, op: "null", values: [] }
      : kind === "boolean"
        ? { ...made, op: value ? "yes" : "no", values: [] }
        : { ...made, op: "in", values: Array.isArray(value) ? value.map(String) : [String(value)] }
  const fits = operatorsOf(end).includes(condition.op) && isComplete(condition, end)
  return fits ? condition : undefined
}

/** Shows only the records that have this value, of those that are shown. */
export async function filterByValue(model: GridModel, condition: Condition): Promise<void> {
  const { collection } = model
  const all = queries.getQueryData(collectionsQuery.queryKey) ?? []
  const added = toTree(all, collection, { id: newId(), join: "and", members: [condition] })
  if (!added) return
  const now = filterOf(model.list.get())
  const tree = now ? (await queries.fetchQuery(checkQuery(collection.name, now))).tree : undefined
  const parts = tree?.op === "&&" ? (tree.args ?? []) : tree ? [tree] : []
  const whole = parts.length > 0 ? { op: "&&", args: [...parts, added] } : added
  changeList(model, "filter", await formatTree(whole), { push: true })
}
