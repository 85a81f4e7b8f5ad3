import type { FieldType, Value } from "../app/collections.ts"
import { type Document, type FieldDef, moved, partOf, withAt, withMember } from "./document.ts"
import { relations, texts } from "./fieldTypes.ts"
import { renameField } from "./names.ts"
import { fieldOptions } from "./options.ts"

/** Which options only some types have. */
const narrowed = fieldOptions.flatMap(({ options }) => options).filter(({ types }) => types)

/** The same field with another type: what the new one does not have goes. */
export function withType(field: FieldDef, type: FieldType, to?: string): FieldDef {
  const out: FieldDef = { ...field, type }
  for (const { key, types } of narrowed) if (!types?.includes(type)) delete out[key]
  if (type === "many_to_many") for (const key of ["null", "default", "unique"]) delete out[key]
  if (type !== field.type) delete out.default
  if (type === "decimal") {
    out.max_digits ??= 10
    out.decimal_places ??= 2
  }
  if (to !== undefined && relations.includes(type)) out.to = to
  return out
}

export function isRequired(field: FieldDef): boolean {
  return !(field.blank ?? field.null ?? false)
}

export function withRequired(field: FieldDef, required: boolean): FieldDef {
  return withMember(field, "blank", required === !(field.null ?? false) ? undefined : !required)
}

/** A field with null keeps being required or not as it was. */
export function withNull(field: FieldDef, on: boolean): FieldDef {
  const explicit = field.blank !== undefined
  const next = withMember(field, "null", on || undefined)
  return explicit ? withRequired(next, isRequired(field)) : next
}

/** One more field at the end. The first text of a collection names its records. */
export function addField(document: Document, collection: string, name: string, field: FieldDef): Document {
  const part = partOf(document.collections, collection)
  const first = Object.keys(partOf(part, "fields")).length === 0
  const next = withAt(document, ["collections", collection, "fields", name], field as Value)
  return first && part.display === undefined && texts.includes(field.type)
    ? withAt(next, ["collections", collection, "display"], name)
    : next
}

export function changeField(
  document: Document,
  collection: string,
  name: string,
  change: (field: FieldDef) => FieldDef,
): Document {
  const field = partOf(partOf(partOf(document.collections, collection), "fields"), name) as FieldDef
  const next = change(field)
  const after = withAt(document, ["collections", collection, "fields", name], next)
  return texts.includes(next.type) ? after : undisplayed(after, collection, name)
}

/** The first field named the records only while it was a text that had just been added. */
function undisplayed(document: Document, collection: string, name: string): Document {
  const part = partOf(document.collections, collection)
  const isNew = part.id === undefined || !partOf(partOf(part, "fields"), name).id
  return isNew && part.display === name
    ? withAt(document, ["collections", collection, "display"], undefined)
    : document
}

export function moveField(document: Document, collection: string, from: number, to: number): Document {
  const fields = partOf(partOf(document.collections, collection), "fields")
  const last = Object.keys(fields).length - 1
  if (to < 0 || to > last) return document
  return withAt(document, ["collections", collection, "fields"], moved(fields, from, to))
}

export { renameField }
