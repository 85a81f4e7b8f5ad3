import { t } from "@lingui/core/macro"
import { keyOf, type Value } from "../app/collections.ts"
import { tell } from "../parts/toasts.ts"
import type { GridModel } from "./model.ts"
import { saveCell } from "./save.ts"

/**
 * Begins to edit the active cell, with what was typed, or with its value; of a cell that was refused, with the text that
 * is to be mended. Booleans turn at once. False where the reader may not change it, which is told.
 */
export function startEdit(model: GridModel, typed?: string): boolean {
  const { row: place, column } = model.active.get()
  const row = model.rows.get(place)
  const field = model.list.get().columns[column]?.field
  if (!row || !field) return false
  if (!model.mayChange(row, field.name)) {
    if (typed === undefined) tell(t`${field.label} cannot be changed here.`)
    return false
  }
  if (field.type === "boolean") {
    if (typed === undefined)
      void saveCell(model, { row, field, value: turned(row[field.name] as Value, field.null) })
    return typed === undefined
  }
  const key = String(keyOf(model.collection, row))
  const going = model.editing.get()
  if (going?.key === key && going.field === field.name) return true
  model.range.set(undefined)
  const base = (row[field.name] ?? null) as Value
  model.editing.set({ key, field: field.name, typed, base })
  return true
}

function turned(value: Value, nullable: boolean): Value {
  if (value === true) return false
  return value === false && nullable ? null : true
}
