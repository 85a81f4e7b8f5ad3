import type { FieldType } from "../app/collections.ts"
import type { FieldDefinition, Proposal, Sniffed } from "./api.ts"
import { withType } from "./types.ts"

/** A field of the collection to be: a column of the file with its name, its type and whether it is left out. */
export interface NewField {
  column: string
  name: string
  type: FieldType
  out: boolean
}

/** A collection to be, as proposed and as changed. */
export interface NewCollection {
  name: string
  fields: NewField[]
}

/** A schema document, as far as it matters here. */
export interface SchemaDocument {
  collections?: { [name: string]: unknown }
  [member: string]: unknown
}

/** What the server proposes, under a name that is free. */
export function proposedOf(file: Sniffed, proposed: Proposal, document: SchemaDocument): NewCollection {
  const taken = new Set(Object.keys(document.collections ?? {}))
  let name = proposed.name
  for (let n = 2; taken.has(name); n++) name = `${proposed.name}_${n}`
  return {
    name,
    fields: file.columns.flatMap(({ name: column }) => {
      const field = proposed.columns[column]
      const definition = field === undefined ? undefined : proposed.definition.fields[field]
      return field && definition ? [{ column, name: field, type: definition.type, out: false }] : []
    }),
  }
}

/** The document in force with the new collection in it. */
export function withCollection(
  document: SchemaDocument,
  file: Sniffed,
  proposed: Proposal,
  wanted: NewCollection,
): SchemaDocument {
  const { display: _, ...rest } = proposed.definition
  const fields: { [name: string]: FieldDefinition } = {}
  for (const { column, name, type, out } of wanted.fields) {
    const definition = proposed.definition.fields[proposed.columns[column] ?? ""]
    const longest = file.columns.find((one) => one.name === column)?.longest ?? 0
    if (!out && definition) fields[name] = withType(definition, type, longest)
  }
  const display = displayOf(proposed, wanted)
  const collection = { ...rest, ...(display ? { display } : {}), fields }
  return { ...document, collections: { ...document.collections, [wanted.name]: collection } }
}

/** The proposed field that names records, under its new name and while it is there. */
function displayOf(proposed: Proposal, wanted: NewCollection): string | undefined {
  const field = wanted.fields.find(({ column }) => proposed.columns[column] === proposed.definition.display)
  return field && !field.out ? field.name : undefined
}

/** Where each column goes in the import that follows. */
export function columnsOf(file: Sniffed, wanted: NewCollection): { [column: string]: string } {
  const names = new Map(wanted.fields.map(({ column, name, out }) => [column, out ? "" : name]))
  return Object.fromEntries(file.columns.map(({ name }) => [name, names.get(name) ?? ""]))
}
