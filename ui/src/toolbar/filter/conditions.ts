import type { Collection } from "../../app/collections.ts"
import type { Kind, PathEnd } from "./paths.ts"

export type Operator =
  | "icontains"
  | "ncontains"
  | "contains"
  | "starts"
  | "ends"
  | "in"
  | "nin"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "has"
  | "hasnt"
  | "null"
  | "notnull"
  | "yes"
  | "no"
  | "last"
  | "past"
  | "future"
  | "me"
  | "member"

/** One test of a field: `in` and `nin` take one value or more, the others one or none. */
export interface Condition {
  id: number
  path: string
  op: Operator
  values: readonly string[]
}

/** Tests of which all, or any one, must hold. */
export interface Group {
  id: number
  join: "and" | "or"
  members: readonly Member[]
}

export type Member = Condition | Group

export function isGroup(member: Member): member is Group {
  return "join" in member
}

let ids = 0

export function newId(): number {
  ids += 1
  return ids
}

const empties: Operator[] = ["has", "hasnt"]
const nulls: Operator[] = ["notnull", "null"]

const operators: Record<Kind, Operator[]> = {
  text: ["icontains", "ncontains", "in", "nin", "starts", "ends", "contains", ...empties],
  word: ["in", "nin"],
  number: ["in", "nin", "gt", "ge", "lt", "le"],
  choice: ["in", "nin"],
  boolean: ["yes", "no"],
  date: ["ge", "le", "gt", "lt", "in", "past", "future"],
  datetime: ["last", "ge", "lt", "past", "future"],
  time: ["ge", "le", "in"],
  duration: ["ge", "le", "in"],
  json: ["member"],
  file: empties,
  record: ["in", "nin"],
  records: ["in", "nin", ...empties],
}

/** What can be asked of what a path leads to, the likeliest first. */
export function operatorsOf(end: PathEnd): Operator[] {
  const nullable = end.kind !== "records" && (end.names.length > 1 || end.field?.null)
  const own = operators[end.kind]
  const me: Operator[] = end.target?.name === "users" && end.kind === "record" ? ["me"] : []
  return [...own, ...me, ...(nullable ? nulls : [])]
}

/** How many values an operator takes. */
export function arity(op: Operator, kind: Kind): "none" | "one" | "many" {
  if (/^(has|hasnt|null|notnull|yes|no|past|future|me)$/.test(op)) return "none"
  const several = kind === "choice" || kind === "record" || kind === "records"
  return (op === "in" || op === "nin") && several ? "many" : "one"
}

/** Whether a condition has all it needs to be asked. */
export function isComplete(condition: Condition, end: PathEnd | undefined): boolean {
  if (!end) return false
  if (arity(condition.op, end.kind) === "none") return true
  const { values } = condition
  return values.length > 0 && values.every((value) => isValue(condition.op, end, value))
}

function isValue(op: Operator, end: PathEnd, value: string): boolean {
  if (value === "") return false
  if (op === "last") return /^[1-9]\d{0,5}$/.test(value)
  if (end.kind === "number") return /^-?\d+(\.\d+)?$/.test(value)
  return true
}

/** An empty condition about a path. */
export function conditionOn(path: string, end: PathEnd): Condition {
  return { id: newId(), path, op: operatorsOf(end)[0] ?? "notnull", values: [] }
}

export const emptyGroup = (): Group => ({ id: newId(), join: "and", members: [] })

/** A group with one member replaced, or taken out. */
export function replaced(group: Group, id: number, by: Member | undefined): Group {
  const members = group.members.flatMap((member): Member[] => {
    if (member.id === id) return by ? [by] : []
    return [isGroup(member) ? replaced(member, id, by) : member]
  })
  return { ...group, members }
}

export function countOf(group: Group): number {
  return group.members.reduce((sum, member) => sum + (isGroup(member) ? countOf(member) : 1), 0)
}

/** Whether a record's key is written as a number. */
export function keyIsNumber(collection: Collection | undefined): boolean {
  const key = collection?.fields.find((field) => field.name === collection.key)
  return !key || /integer$/.test(key.type)
}
