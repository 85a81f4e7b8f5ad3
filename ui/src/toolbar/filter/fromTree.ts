import type { Collection } from "../../app/collections.ts"
import type { Node } from "../../expression/api.ts"
import { type Condition, type Group, newId, type Operator, operatorsOf } from "./conditions.ts"
import { resolvePath } from "./paths.ts"
import { reserved } from "./toTree.ts"

/** A test before it is known where its path leads. */
interface Test {
  names: string[]
  op: Operator
  values: string[]
}

/** The conditions of a tree, or undefined where they cannot show all of it. */
export function fromTree(all: readonly Collection[], collection: Collection, tree: Node): Group | undefined {
  if (tree.op === "bool" && tree.text === "true") return { id: newId(), join: "and", members: [] }
  const member = memberOf(all, collection, tree, 0)
  if (!member) return undefined
  return "join" in member ? member : { id: newId(), join: "and", members: [member] }
}

const deepest = 3

function memberOf(
  all: readonly Collection[],
  from: Collection,
  node: Node,
  depth: number,
): Condition | Group | undefined {
  if (node.op !== "&&" && node.op !== "||") return conditionOf(all, from, node)
  if (depth >= deepest) return undefined
  const members = (node.args ?? []).map((arg) => memberOf(all, from, arg, depth + 1))
  if (members.some((member) => member === undefined)) return undefined
  return {
    id: newId(),
    join: node.op === "&&" ? "and" : "or",
    members: members.filter((m) => m !== undefined),
  }
}

function conditionOf(all: readonly Collection[], from: Collection, node: Node): Condition | undefined {
  const found = existsTest(all, from, node) ?? testOf(node)
  if (!found) return undefined
  const end = resolvePath(all, from, found.names)
  if (!end || !operatorsOf(end).includes(found.op)) return undefined
  return { id: newId(), path: found.names.join("."), op: found.op, values: found.values }
}

/** `tags.exists(t, t.slug == "x")`, and about the members themselves also its contrary. */
function existsTest(all: readonly Collection[], from: Collection, node: Node): Test | undefined {
  const negated = node.op === "!"
  const call = negated ? node.args?.[0] : node
  const [list, variable, body] = call?.args ?? []
  if (call?.op !== "method" || call.text !== "exists" || !list || !variable?.text || !body) return undefined
  const names = pathOf(list)
  const end = names && resolvePath(all, from, names)
  if (!names || end?.kind !== "records") return undefined
  const inner = testOf(body, variable.text)
  if (!inner) return undefined
  const members = inner.names.length === 1 && inner.names[0] === end.target?.key && inner.op === "in"
  if (members) return { names, op: negated ? "nin" : "in", values: inner.values }
  return negated ? undefined : { ...inner, names: [...names, ...inner.names] }
}

const contraries: Partial<Record<Operator, Operator>> = {
  has: "hasnt",
  in: "nin",
  icontains: "ncontains",
  yes: "no",
}

const comparisons: Record<string, Operator> = {
  "==": "in",
  "!=": "nin",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
}
const methods: Record<string, Operator> = { contains: "contains", startsWith: "starts", endsWith: "ends" }

function testOf(node: Node, variable?: string): Test | undefined {
  const args = node.args ?? []
  const [left, right] = args
  if (node.op === "!") {
    const inner = left && testOf(left, variable)
    const op = inner && contraries[inner.op]
    // x != 3 and !(x == 3) are two texts: only the shorter one is shown.
    if (!inner || !op || (inner.op === "in" && inner.values.length < 2)) return undefined
    return { ...inner, op }
  }
  if (node.op === "ident" || node.op === "select") return about(node, "yes", [], variable)
  if (node.op === "call" && node.text === "has" && left) return about(left, "has", [], variable)
  if (!left || !right) return undefined
  if (node.op === "method" && args.length === 2) return methodTest(node, left, right, variable)
  if (node.op === "in") return inTest(left, right, variable)
  return comparison(node.op, left, right, variable)
}

function methodTest(node: Node, left: Node, right: Node, variable?: string): Test | undefined {
  const op = methods[node.text ?? ""]
  if (!op || right.op !== "string") return undefined
  const text = right.text ?? ""
  if (left.op !== "method") return about(left, op, [text], variable)
  const inner = left.args?.[0]
  if (left.text !== "lower" || op !== "contains" || !inner) return undefined
  return text === text.toLowerCase() ? about(inner, "icontains", [text], variable) : undefined
}

function inTest(left: Node, right: Node, variable?: string): Test | undefined {
  if (right.op !== "list") {
    const value = literalOf(left)
    return value === undefined ? undefined : about(right, "member", [value], variable)
  }
  const values = (right.args ?? []).map(literalOf)
  if (values.length === 0 || values.some((value) => value === undefined)) return undefined
  return about(
    left,
    "in",
    values.filter((value) => value !== undefined),
    variable,
  )
}

function comparison(operator: string, left: Node, right: Node, variable?: string): Test | undefined {
  const op = comparisons[operator]
  if (!op) return undefined
  if (right.op === "null" && (op === "in" || op === "nin")) {
    return about(left, op === "in" ? "null" : "notnull", [], variable)
  }
  if (right.op === "ident" && right.text === "user" && op === "in") return about(left, "me", [], variable)
  const timed = nowTest(op, right)
  if (timed) return about(left, timed.op, timed.values, variable)
  const value = literalOf(right) ?? durationOf(right)
  return value === undefined ? undefined : about(left, op, [value], variable)
}

/** Comparisons with now, and with some days before it. */
function nowTest(op: Operator, right: Node): { op: Operator; values: string[] } | undefined {
  if (right.op === "ident" && right.text === "now") {
    const known = op === "le" ? "past" : op === "gt" ? "future" : undefined
    return known && { op: known, values: [] }
  }
  const [of, span] = right.args ?? []
  if (right.op !== "-" || op !== "gt" || of?.text !== "now" || !span) return undefined
  const days = /^([1-9]\d*)d$/.exec(durationOf(span) ?? "")?.[1]
  return days ? { op: "last", values: [days] } : undefined
}

function about(node: Node, op: Operator, values: string[], variable?: string): Test | undefined {
  const names = pathOf(node, variable)
  return names && names.length > 0 ? { names, op, values } : undefined
}

/** The names of a path: of the record, or of the member that a variable stands for. */
function pathOf(node: Node, variable?: string): string[] | undefined {
  if (node.op === "ident") {
    if (variable !== undefined) return node.text === variable ? [] : undefined
    if (node.text === "this") return []
    return node.text && !reserved.includes(node.text) ? [node.text] : undefined
  }
  const of = node.args?.[0]
  const names = node.op === "select" && of && pathOf(of, variable)
  return names ? [...names, node.text ?? ""] : undefined
}

function literalOf(node: Node): string | undefined {
  if (node.op === "int" || node.op === "number" || node.op === "string") return node.text ?? ""
  const inner = node.op === "-x" ? node.args?.[0] : undefined
  return inner && (inner.op === "int" || inner.op === "number") ? `-${inner.text}` : undefined
}

function durationOf(node: Node): string | undefined {
  const text = node.op === "call" && node.text === "duration" ? node.args?.[0] : undefined
  return text?.op === "string" ? text.text : undefined
}
