import type { Collection, Field, FieldType } from "../app/collections.ts"
import type { View } from "../app/views.ts"

/** A column that is shown. */
export interface GridColumn {
  field: Field
  width: number
  pinned: boolean
}

/** A column as addresses and views name it. */
export interface ColumnChoice {
  field: string
  pinned: boolean
}

const widths: Partial<Record<FieldType, number>> = {
  char: 200,
  text: 240,
  slug: 160,
  email: 200,
  url: 200,
  uuid: 104,
  ip: 120,
  boolean: 88,
  date: 112,
  time: 96,
  datetime: 168,
  duration: 112,
  json: 200,
  file: 200,
  image: 160,
  foreign_key: 152,
  one_to_one: 152,
  many_to_many: 184,
}

export const leastWidth = 48
export const mostWidth = 2000

/** The field that names a record, where it is one of the record's own. */
export function displayField(collection: Collection): string {
  const first = collection.display.split(".", 1)[0] ?? ""
  return collection.fields.some((f) => f.name === first) ? first : collection.key
}

/** The columns where nobody has chosen any: those of the schema, or the short ones, the name first. */
export function defaultColumns(collection: Collection): ColumnChoice[] {
  const display = displayField(collection)
  const wanted = collection.ui?.columns?.filter((name) => collection.fields.some((f) => f.name === name))
  const short = collection.fields.filter((f) => f.name !== collection.key && f.type !== "json").slice(0, 14)
  const names = wanted?.length ? wanted : short.map((f) => f.name)
  const rest = names.filter((name) => name !== display)
  return [{ field: display, pinned: true }, ...rest.map((field) => ({ field, pinned: false }))]
}

/** The columns where the address names none: those of the saved view, or the default ones. */
export function ownColumns(collection: Collection, view: View | undefined): ColumnChoice[] {
  const shown = view?.columns.filter((column) => !column.hidden) ?? []
  if (shown.length === 0) return defaultColumns(collection)
  return shown.map(({ field, pinned }) => ({ field, pinned: pinned ?? false }))
}

/** Reads `cols=title!,status`: the columns shown, in their order; "!" pins. */
export function parseColumns(text: string): ColumnChoice[] {
  return text
    .split(",")
    .filter(Boolean)
    .map((part) => ({ field: part.replace(/!$/, ""), pinned: part.endsWith("!") }))
}

export function formatColumns(columns: readonly ColumnChoice[]): string {
  return columns.map(({ field, pinned }) => field + (pinned ? "!" : "")).join(",")
}

/** What is chosen, as columns of the collection: the pinned ones first. Names that do not exist are passed over. */
export function resolveColumns(
  collection: Collection,
  choices: readonly ColumnChoice[],
  kept: { [field: string]: number },
): GridColumn[] {
  const seen = new Set<string>()
  const columns: GridColumn[] = []
  for (const { field: name, pinned } of choices) {
    const field = collection.fields.find((f) => f.name === name)
    if (!field || seen.has(name)) continue
    seen.add(name)
    columns.push({ field, pinned, width: kept[name] ?? defaultWidth(collection, field) })
  }
  return [...columns.filter((c) => c.pinned), ...columns.filter((c) => !c.pinned)]
}

export function defaultWidth(collection: Collection, field: Field): number {
  if (field.name === displayField(collection) && isText(field.type)) return 280
  if (field.choices) return 120
  return widths[field.type] ?? 104
}

export function isText(type: FieldType): boolean {
  return type === "char" || type === "text" || type === "slug" || type === "email" || type === "url"
}

export function isNumber(type: FieldType): boolean {
  return /integer$|^float$|^decimal$/.test(type)
}

export function isRelation(type: FieldType): boolean {
  return type === "foreign_key" || type === "one_to_one" || type === "many_to_many"
}

export function isFile(type: FieldType): boolean {
  return type === "file" || type === "image"
}

/** Whether a list can be put in the order of a field. */
export function isSortable(field: Field): boolean {
  return field.type !== "many_to_many" && field.type !== "json" && !isFile(field.type)
}
