import type { Collection, Field, Value } from "./collections.ts"

/** Whether a field is a box to tick. One that is not ticked says no, as in a form of HTML: it is never missing. */
export function isBox(field: Field): boolean {
  return field.type === "boolean" && !field.null
}

/** What a new record is made of, wherever it comes from: what was entered, and no for each box that is required. */
export function newRecord(
  collection: Collection,
  entered: { [field: string]: Value },
): { [field: string]: Value } {
  const boxes = collection.fields.filter((field) => isBox(field) && field.required && field.writable)
  return { ...Object.fromEntries(boxes.map((field) => [field.name, false])), ...entered }
}
