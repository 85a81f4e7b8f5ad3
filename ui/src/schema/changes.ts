import { type Document, entriesOf, type Part, same, withMember } from "./document.ts"

/** One difference between the schema in force and a draft. */
export interface Change {
  kind: "added" | "removed" | "renamed" | "changed" | "moved"
  what: "collection" | "field" | "resource" | "role" | "other"
  name: string
  /** The name it had. */
  was?: string
  /** The collection that a field belongs to. */
  of?: string
  /** Which members are different. */
  members?: string[]
}

/** What a draft changes, matched by ids, so that a new name is a change of the name. */
export function changesBetween(before: Document, after: Document): Change[] {
  return [
    ...inParts(before.collections, after.collections, "collection", undefined, collectionChanges),
    ...inParts(before.resources, after.resources, "resource"),
    ...inParts(before.roles, after.roles, "role"),
    ...otherMembers(before, after),
  ]
}

function otherMembers(before: Document, after: Document): Change[] {
  const known = new Set(["collections", "resources", "roles"])
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names
    .filter((name) => !known.has(name) && !same(before[name], after[name]))
    .map((name) => ({ kind: "changed", what: "other", name }))
}

function collectionChanges(before: Part, after: Part, of: string): Change[] {
  return inParts(before.fields, after.fields, "field", of)
}

function inParts(
  before: Part[string] | undefined,
  after: Part[string] | undefined,
  what: Change["what"],
  of?: string,
  inside?: (before: Part, after: Part, name: string) => Change[],
): Change[] {
  const old = entriesOf(before)
  const now = entriesOf(after)
  const used = new Set<string>()
  const out: Change[] = []
  const owner = of === undefined ? {} : { of }
  for (const [name, part] of now) {
    const match = partner(old, name, part)
    if (!match) {
      out.push({ kind: "added", what, name, ...owner })
      continue
    }
    const [was, had] = match
    used.add(was)
    if (was !== name) out.push({ kind: "renamed", what, name, was, ...owner })
    const members = differing(had, part, inside ? ["fields", "id"] : ["id"])
    if (members.length > 0) out.push({ kind: "changed", what, name, members, ...owner })
    if (inside) out.push(...inside(had, part, name))
  }
  for (const [name] of old) if (!used.has(name)) out.push({ kind: "removed", what, name, ...owner })
  const order = (all: [string, Part][], has: (name: string, part: Part) => boolean) =>
    all.filter(([name, part]) => has(name, part)).map(([name, part]) => part.id ?? name)
  const kept = order(old, (name) => used.has(name))
  const stayed = order(now, (name, part) => partner(old, name, part) !== undefined)
  if (what === "field" && !same(kept, stayed)) out.push({ kind: "moved", what, name: of ?? "", ...owner })
  return out
}

function partner(old: [string, Part][], name: string, part: Part): [string, Part] | undefined {
  if (part.id !== undefined) return old.find(([, other]) => other.id === part.id)
  return old.find(([other, had]) => other === name && had.id === undefined)
}

function differing(before: Part, after: Part, leaveOut: readonly string[]): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const bare = (part: Part) => leaveOut.reduce((rest, name) => withMember(rest, name, undefined), part)
  const [a, b] = [bare(before), bare(after)]
  return names.filter((name) => !same(a[name], b[name]))
}
