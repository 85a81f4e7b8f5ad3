import type { Matrix, MatrixCollection, Role } from "./api.ts"
import type { SchemaDocument } from "./document.ts"

/** A role as the draft has it. */
export interface RoleRow extends Role {
  /** Not in force yet. */
  fresh: boolean
}

/** The roles of the draft: the built-in ones first, then in the document's order. */
export function rolesOf(matrix: Matrix, document: SchemaDocument): RoleRow[] {
  const known = new Map(matrix.roles.map((role) => [role.name, role]))
  const names = new Set([
    ...matrix.roles.filter((role) => role.built_in).map((role) => role.name),
    ...Object.keys(document.roles ?? {}),
  ])
  const waiting = new Map(matrix.unknown_roles.map((role) => [role.name, role.people]))
  return [...names].map((name) => {
    const role = known.get(name)
    const label = document.roles?.[name]?.label ?? (document.roles?.[name] && !role ? name : role?.label)
    return {
      name,
      label: label ?? name,
      built_in: role?.built_in ?? false,
      people: role ? role.people : (waiting.get(name) ?? 0),
      fresh: !role,
    }
  })
}

const no = { view: "", add: "", change: "", delete: "" }

/** The collections: those in force, without what the draft drops, and those that it adds. */
export function matrixRows(matrix: Matrix, document: SchemaDocument): MatrixCollection[] {
  const known = new Set(matrix.collections.map(({ collection }) => collection))
  const kept = matrix.collections.filter(
    ({ collection, system }) => system || document.collections[collection] !== undefined,
  )
  const fresh = Object.entries(document.collections)
    .filter(([name]) => !known.has(name))
    .map(([collection, { label = collection, label_plural = label }]) => ({
      collection,
      label,
      label_plural,
      system: false,
      floor: no,
      personal: { view: 0, add: 0, change: 0, delete: 0 },
      resources: [],
    }))
  return [...kept, ...fresh]
}
