import type { Collection, Field } from "../app/collections.ts"
import type { Sniffed } from "./api.ts"

/** What was chosen on the way, as it stands in the address. */
export interface Answers {
  upload?: string
  columns?: string
  match?: string
  existing?: string
  new?: string
  keep?: string
}

/** The fields that a file can fill: those that may be written, and the key, to find records by. */
export function targets(collection: Collection): Field[] {
  return collection.fields.filter(
    (field) =>
      (field.writable && field.type !== "file" && field.type !== "image") || field.name === collection.key,
  )
}

/** The field of every column ("": left out), as guessed and as changed. */
export function mappingOf(file: Sniffed, answers: Answers): { [column: string]: string } {
  const changed = answers.columns ? (JSON.parse(answers.columns) as { [column: string]: string }) : {}
  return Object.fromEntries(file.columns.map(({ name, field }) => [name, changed[name] ?? field]))
}

/** The changes of a mapping against what was guessed, for the address. */
export function changesOf(file: Sniffed, mapping: { [column: string]: string }): string | undefined {
  const changed = file.columns.filter(({ name, field }) => mapping[name] !== field)
  if (changed.length === 0) return undefined
  return JSON.stringify(Object.fromEntries(changed.map(({ name }) => [name, mapping[name]])))
}

/** The fields that a row's record can be found by: unique ones that the file fills. */
export function matchable(collection: Collection, mapping: { [column: string]: string }): Field[] {
  const filled = new Set(Object.values(mapping))
  return collection.fields.filter(
    (field) => (field.unique || field.name === collection.key) && filled.has(field.name),
  )
}

export interface Rules {
  match: string
  existing: "update" | "skip" | "error"
  new: "create" | "skip" | "error"
  keep: boolean
}

/** What becomes of the rows: as chosen, within what the reader may do. */
export function rulesOf(
  collection: Collection,
  mapping: { [column: string]: string },
  answers: Answers,
): Rules {
  const found = matchable(collection, mapping).some(({ name }) => name === answers.match)
  const match = found || collection.add === "none" ? (answers.match ?? "") : ""
  const existing = answers.existing ?? (collection.change === "none" ? "skip" : "update")
  const fresh = answers.new ?? (collection.add === "none" ? "skip" : "create")
  return {
    match,
    existing: existing as Rules["existing"],
    new: (match ? fresh : "create") as Rules["new"],
    keep: answers.keep === "1",
  }
}

/** The order for an import. */
export function orderOf(
  upload: string,
  collection: Collection,
  columns: { [column: string]: string },
  rules: Rules,
) {
  return {
    upload,
    collection: collection.name,
    columns,
    keep_going: rules.keep,
    ...(rules.match ? { match: rules.match, existing: rules.existing, new: rules.new } : {}),
  }
}
