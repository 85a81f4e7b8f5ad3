import type { Collection, Field } from "../../app/collections.ts"
import { isFile, isNumber, isRelation, isText } from "../../grid/columns.ts"

/** What can be asked of a field, and how its values are entered. */
export type Kind =
  | "text"
  | "word"
  | "number"
  | "choice"
  | "boolean"
  | "date"
  | "datetime"
  | "time"
  | "duration"
  | "json"
  | "file"
  | "record"
  | "records"

/** Where a path such as `author.user.username` leads. */
export interface PathEnd {
  names: string[]
  /** The names as people read them. */
  labels: string[]
  kind: Kind
  /** The field at its end, which a way back to many has not. */
  field?: Field
  /** The collection that the end belongs to. */
  owner: Collection
  /** The collection that a relation at the end leads to. */
  target?: Collection
  /** Place of the step to many records, -1 where there is none. */
  many: number
}

export function kindOf(field: Field): Kind {
  if (field.type === "many_to_many") return "records"
  if (isRelation(field.type)) return "record"
  if (field.choices) return "choice"
  if (isText(field.type)) return "text"
  if (isNumber(field.type)) return "number"
  if (isFile(field.type)) return "file"
  if (field.type === "uuid" || field.type === "ip") return "word"
  return field.type as Kind
}

interface Step {
  label: string
  kind: Kind
  field?: Field
  target?: Collection | undefined
}

function stepOf(all: readonly Collection[], from: Collection, name: string): Step | undefined {
  const to = (target: string | undefined) => all.find((one) => one.name === target)
  const field = from.fields.find((one) => one.name === name)
  if (field) return { label: field.label, kind: kindOf(field), field, target: to(field.to) }
  const back = from.reverse.find((one) => one.name === name)
  const target = back && to(back.collection)
  if (!back || !target) return undefined
  return back.many
    ? { label: target.label_plural, kind: "records", target }
    : { label: target.label, kind: "record", target }
}

/** Follows a path; undefined where it leads nowhere, or over to-many relations twice. */
export function resolvePath(
  all: readonly Collection[],
  collection: Collection,
  names: readonly string[],
): PathEnd | undefined {
  let owner = collection
  let many = -1
  const labels: string[] = []
  for (const [index, name] of names.entries()) {
    const step = stepOf(all, owner, name)
    if (!step) return undefined
    labels.push(capitalized(step.label))
    const last = index === names.length - 1
    if (step.kind === "records") {
      if (many >= 0) return undefined
      many = index
    }
    if (last) {
      const { kind, field, target } = step
      return {
        names: [...names],
        labels,
        kind,
        many,
        owner,
        ...(field && { field }),
        ...(target && { target }),
      }
    }
    if (!step.target) return undefined
    owner = step.target
  }
  return undefined
}

export interface PathOption {
  path: string
  label: string
}

const mostPaths = 300

/** The paths that a condition can be about: the record's own fields first, then those of relations, three steps far. */
export function pathOptions(all: readonly Collection[], collection: Collection): PathOption[] {
  const found: PathOption[] = []
  let level: { at: Collection; names: string[]; labels: string[]; many: boolean }[] = [
    { at: collection, names: [], labels: [], many: false },
  ]
  for (let depth = 0; depth < 3; depth++) {
    const next: typeof level = []
    for (const { at, names, labels, many } of level) {
      for (const name of [...at.fields, ...at.reverse].map((one) => one.name)) {
        const step = stepOf(all, at, name)
        if (!step || (step.kind === "records" && many) || found.length >= mostPaths) continue
        const path = [...names, name]
        const label = [...labels, capitalized(step.label)]
        found.push({ path: path.join("."), label: label.join(" › ") })
        const back = depth > 0 && step.target === collection
        if (step.target && !back) {
          next.push({ at: step.target, names: path, labels: label, many: many || step.kind === "records" })
        }
      }
    }
    level = next
  }
  return found
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
