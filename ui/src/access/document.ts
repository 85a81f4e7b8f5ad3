import type { Action } from "../app/session.ts"

type Grant = boolean | string
type Grants = boolean | Partial<Record<Action, Grant>>
type DocumentRole = { label?: string } & { [collection: string]: Grants | string | undefined }

interface DocumentField {
  label?: string
  type?: string
  rules?: { read?: string; write?: string }
  [more: string]: unknown
}

interface DocumentCollection {
  label?: string
  label_plural?: string
  rules?: Partial<Record<Action, string>>
  fields?: { [name: string]: DocumentField }
  [more: string]: unknown
}

/** The schema document, as far as access is concerned. */
export interface SchemaDocument {
  collections: { [name: string]: DocumentCollection }
  roles?: { [name: string]: DocumentRole }
  [more: string]: unknown
}

/** A document without a collection has no such member. */
export function whole(document: SchemaDocument): SchemaDocument {
  return document.collections ? document : { ...document, collections: {} }
}

export type FieldAction = "read" | "write"

export interface Cell {
  grant: "all" | "none" | "rule"
  /** Empty where it is not written yet. */
  rule: string
  /** "*" where the role says it of every collection. */
  from: string
}

const none: Cell = { grant: "none", rule: "", from: "" }
const all: readonly Action[] = ["view", "add", "change", "delete"]

/** What a role grants, by its own entry for the collection or else by that for every collection. */
export function cellOf(document: SchemaDocument, role: string, collection: string, action: Action): Cell {
  const entries = document.roles?.[role]
  for (const from of [collection, "*"]) {
    const grant = grantIn(entries?.[from], action)
    if (grant === undefined) continue
    if (grant === false) return { ...none, from }
    return grant === true ? { grant: "all", rule: "", from } : { grant: "rule", rule: grant, from }
  }
  return none
}

function grantIn(grants: Grants | string | undefined, action: Action): Grant | undefined {
  if (typeof grants === "boolean") return grants
  return typeof grants === "object" ? grants[action] : undefined
}

/** The document with another grant: wholly, not at all, or by a rule. */
export function withGrant(
  document: SchemaDocument,
  role: string,
  collection: string,
  action: Action,
  grant: Grant,
): SchemaDocument {
  const entries = document.roles?.[role] ?? {}
  const before = entries[collection]
  const grants: Partial<Record<Action, Grant>> =
    typeof before === "boolean"
      ? Object.fromEntries(all.map((one) => [one, before]))
      : typeof before === "object"
        ? { ...before }
        : {}
  grants[action] = grant
  const inherited = (one: Action) => grantIn(entries["*"], one) ?? false
  for (const one of all) if (grants[one] === false && inherited(one) === false) delete grants[one]
  const { [collection]: _, ...others } = entries
  const next: DocumentRole = all.every((one) => grants[one] === true)
    ? { ...entries, [collection]: true }
    : Object.keys(grants).length > 0
      ? { ...entries, [collection]: grants }
      : (others as DocumentRole)
  return withRole(document, role, next)
}

export function withRole(document: SchemaDocument, role: string, entries: DocumentRole): SchemaDocument {
  return { ...document, roles: { ...document.roles, [role]: entries } }
}

export function withoutRole(document: SchemaDocument, role: string): SchemaDocument {
  const { [role]: _, ...roles } = document.roles ?? {}
  return { ...document, roles }
}

/** The collection's own rule, which narrows what roles grant. */
export function ownRule(document: SchemaDocument, collection: string, action: Action): string {
  return document.collections[collection]?.rules?.[action] ?? ""
}

export function withOwnRule(
  document: SchemaDocument,
  collection: string,
  action: Action,
  rule: string,
): SchemaDocument {
  const before = document.collections[collection] ?? {}
  return withCollection(document, collection, setRule(before, action, rule))
}

export function fieldRule(
  document: SchemaDocument,
  collection: string,
  field: string,
  action: FieldAction,
): string {
  return document.collections[collection]?.fields?.[field]?.rules?.[action] ?? ""
}

export function withFieldRule(
  document: SchemaDocument,
  collection: string,
  field: string,
  action: FieldAction,
  rule: string,
): SchemaDocument {
  const before = document.collections[collection]
  const one = before?.fields?.[field]
  if (!before || !one) return document
  const fields = { ...before.fields, [field]: setRule(one, action, rule) }
  return withCollection(document, collection, { ...before, fields })
}

function withCollection(
  document: SchemaDocument,
  name: string,
  collection: DocumentCollection,
): SchemaDocument {
  return { ...document, collections: { ...document.collections, [name]: collection } }
}

/** An empty rule is left out, and so are rules of which none is left. */
function setRule<T extends { rules?: object }>(of: T, action: string, rule: string): T {
  const { rules = {}, ...others } = of
  const next = { ...rules, [action]: rule }
  if (rule === "") delete next[action as keyof typeof next]
  return (Object.keys(next).length > 0 ? { ...others, rules: next } : others) as T
}

/** How many grants, roles and rules differ, and whether anything else of the documents does. */
export function differences(
  base: SchemaDocument,
  mine: SchemaDocument,
): { access: number; others: boolean; unwritten: number } {
  const collections = new Set([...Object.keys(base.collections), ...Object.keys(mine.collections), "users"])
  const roles = new Set([...Object.keys(base.roles ?? {}), ...Object.keys(mine.roles ?? {})])
  let access = 0
  let unwritten = 0
  for (const role of roles) {
    const [before, after] = [base.roles?.[role], mine.roles?.[role]]
    if (!before !== !after || (before && before.label !== after?.label)) access++
    if (!after) continue
    for (const collection of collections) {
      for (const action of all) {
        const [was, is] = [cellOf(base, role, collection, action), cellOf(mine, role, collection, action)]
        if (is.grant === "rule" && is.rule.trim() === "") unwritten++
        if (was.grant !== is.grant || was.rule !== is.rule) access++
      }
    }
  }
  for (const name of collections) access += changedRules(base.collections[name], mine.collections[name])
  return { access, unwritten, others: JSON.stringify(bare(base)) !== JSON.stringify(bare(mine)) }
}

function changedRules(was: DocumentCollection | undefined, is: DocumentCollection | undefined): number {
  let changed = 0
  for (const action of all) if ((was?.rules?.[action] ?? "") !== (is?.rules?.[action] ?? "")) changed++
  for (const field of Object.keys(is?.fields ?? {})) {
    for (const action of ["read", "write"] as const) {
      const [before, after] = [was?.fields?.[field]?.rules?.[action], is?.fields?.[field]?.rules?.[action]]
      if ((before ?? "") !== (after ?? "")) changed++
    }
  }
  return changed
}

/** The document without all that is told apart above, its members in one order. */
function bare(value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((one) => bare(one, [...path, "#"]))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !isAccess(path, name, member))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, bare(member, [...path, name])]),
  )
}

function isAccess(path: readonly string[], name: string, member: unknown): boolean {
  if (path.length === 0) return name === "roles"
  if (path[0] !== "collections") return false
  if (path.length === 1) return name === "users" && isEmptyWithoutRules(member)
  return name === "rules" && (path.length === 2 || (path.length === 4 && path[2] === "fields"))
}

/** The built-in collection stands in a document only once it is said something about. */
function isEmptyWithoutRules(member: unknown): boolean {
  return (
    typeof member === "object" &&
    member !== null &&
    Object.keys(member).every((key) => key === "rules" || key === "id")
  )
}
