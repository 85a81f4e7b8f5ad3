import type { Collection } from "../../app/collections.ts"
import type { Node } from "../../expression/api.ts"
import { type Condition, type Group, isComplete, isGroup, keyIsNumber, type Member } from "./conditions.ts"
import { type PathEnd, resolvePath } from "./paths.ts"

/** Names that mean something else than a field of this name. */
export const reserved = ["this", "user", "request", "now", "value"]

/** The tree of a group's conditions. What is not filled in is left out; undefined where nothing is left. */
export function toTree(all: readonly Collection[], collection: Collection, group: Group): Node | undefined {
  const nodes = group.members
    .map((member: Member) =>
      isGroup(member) ? toTree(all, collection, member) : conditionTree(all, collection, member),
    )
    .filter((node) => node !== undefined)
  if (nodes.length < 2) return nodes[0]
  const op = group.join === "and" ? "&&" : "||"
  return { op, args: nodes.flatMap((node) => (node.op === op ? (node.args ?? []) : [node])) }
}

function conditionTree(all: readonly Collection[], from: Collection, condition: Condition): Node | undefined {
  const names = condition.path.split(".")
  const end = resolvePath(all, from, names)
  if (!end || !isComplete(condition, end)) return undefined
  if (end.many < 0) return test(pathTree(names), condition, end)
  const list = pathTree(names.slice(0, end.many + 1))
  const inner = names.slice(end.many + 1)
  const member: Node = { op: "ident", text: variableFor(from) }
  const exists = (body: Node): Node => ({ op: "method", text: "exists", args: [list, member, body] })
  if (inner.length > 0) return exists(test(select(member, inner), condition, end))
  if (condition.op === "has") return has(list)
  if (condition.op === "hasnt") return not(has(list))
  const key = select(member, [end.target?.key ?? "id"])
  const found = exists(test(key, { ...condition, op: "in" }, end))
  return condition.op === "nin" ? not(found) : found
}

/** A name for the members of a list that is no field's name. */
function variableFor(from: Collection): string {
  const taken = (name: string) => from.fields.some((field) => field.name === name)
  return ["t", "m", "one"].find((name) => !taken(name)) ?? "member"
}

function pathTree(names: readonly string[]): Node {
  const [first = "", ...rest] = names
  const root: Node = reserved.includes(first)
    ? { op: "select", text: first, args: [{ op: "ident", text: "this" }] }
    : { op: "ident", text: first }
  return select(root, rest)
}

const select = (root: Node, names: readonly string[]): Node =>
  names.reduce<Node>((node, text) => ({ op: "select", text, args: [node] }), root)

const not = (node: Node): Node => ({ op: "!", args: [node] })
const has = (node: Node): Node => ({ op: "call", text: "has", args: [node] })
const none: Node = { op: "null" }
const now: Node = { op: "ident", text: "now" }
const string = (text: string): Node => ({ op: "string", text })
const method = (text: string, left: Node, ...args: Node[]): Node => ({
  op: "method",
  text,
  args: [left, ...args],
})
const lower = (node: Node) => method("lower", node)
const duration = (text: string): Node => ({ op: "call", text: "duration", args: [string(text)] })

function test(left: Node, condition: Condition, end: PathEnd): Node {
  const [value = ""] = condition.values
  const compare = (op: string): Node => ({ op, args: [left, literal(end, value)] })
  switch (condition.op) {
    case "icontains":
      return method("contains", lower(left), string(value.toLowerCase()))
    case "ncontains":
      return not(method("contains", lower(left), string(value.toLowerCase())))
    case "contains":
      return method("contains", left, string(value))
    case "starts":
      return method("startsWith", left, string(value))
    case "ends":
      return method("endsWith", left, string(value))
    case "in":
      return condition.values.length === 1 ? compare("==") : within(left, condition, end)
    case "nin":
      return condition.values.length === 1 ? compare("!=") : not(within(left, condition, end))
    case "lt":
      return compare("<")
    case "le":
      return compare("<=")
    case "gt":
      return compare(">")
    case "ge":
      return compare(">=")
    case "has":
      return has(left)
    case "hasnt":
      return not(has(left))
    case "null":
      return { op: "==", args: [left, none] }
    case "notnull":
      return { op: "!=", args: [left, none] }
    case "yes":
      return left
    case "no":
      return not(left)
    case "last":
      return { op: ">", args: [left, { op: "-", args: [now, duration(`${value}d`)] }] }
    case "past":
      return { op: "<=", args: [left, now] }
    case "future":
      return { op: ">", args: [left, now] }
    case "me":
      return { op: "==", args: [left, { op: "ident", text: "user" }] }
    case "member":
      return { op: "in", args: [/^-?\d+$/.test(value) ? number(value) : string(value), left] }
  }
}

function within(left: Node, { values }: Condition, end: PathEnd): Node {
  return { op: "in", args: [left, { op: "list", args: values.map((value) => literal(end, value)) }] }
}

function number(text: string): Node {
  if (text.startsWith("-")) return { op: "-x", args: [number(text.slice(1))] }
  return { op: /^\d+$/.test(text) ? "int" : "number", text }
}

function literal(end: PathEnd, value: string): Node {
  const { kind, field, target } = end
  if (kind === "duration") return duration(value)
  const numeric =
    kind === "number" ||
    (kind === "choice" && /integer$|^float$|^decimal$/.test(field?.type ?? "")) ||
    ((kind === "record" || kind === "records") && keyIsNumber(target))
  return numeric && /^-?\d+(\.\d+)?$/.test(value) ? number(value) : string(value)
}
