import type { FieldType, Value } from "../app/collections.ts"

/** A part of the schema document. What this screen does not know of it stays as it is. */
export type Part = { [name: string]: Value }

export interface FieldDef extends Part {
  type: FieldType
}

export interface Document extends Part {
  collections: { [name: string]: Part }
}

/** Members by name, in their order; none where there is no such part. */
export function entriesOf(part: Value | undefined): [string, Part][] {
  return isPart(part) ? (Object.entries(part).filter(([, value]) => isPart(value)) as [string, Part][]) : []
}

export function isPart(value: Value | undefined): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

export function partOf(part: Part | undefined, name: string): Part {
  const value = part && Object.hasOwn(part, name) ? part[name] : undefined
  return isPart(value) ? value : {}
}

export function textOf(part: Part | undefined, name: string): string {
  const value = part?.[name]
  return typeof value === "string" ? value : ""
}

export function textsOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : []
}

export function fieldsOf(collection: Part | undefined): [string, FieldDef][] {
  return entriesOf(collection?.fields) as [string, FieldDef][]
}

/** With one member set; undefined takes it away. */
export function withMember<P extends Part>(part: P, name: string, value: Value | undefined): P {
  const out: Part = { ...part }
  if (value === undefined) delete out[name]
  else out[name] = value
  return out as P
}

/** With another value at a path of names; undefined takes it away. */
export function withAt<P extends Part>(part: P, path: readonly string[], value: Value | undefined): P {
  const [first, ...rest] = path
  if (first === undefined) return part
  if (rest.length === 0) return withMember(part, first, value)
  return withMember(part, first, withAt(partOf(part, first), rest, value))
}

/** With another name for a member, in its place. */
export function renamed(part: Part, from: string, to: string): Part {
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name === from ? to : name, value]))
}

/** With a member moved to another place. */
export function moved(part: Part, from: number, to: number): Part {
  const all = Object.entries(part)
  const [taken] = all.splice(from, 1)
  if (taken) all.splice(to, 0, taken)
  return Object.fromEntries(all)
}

/** The resources that show a collection: name and definition. */
export function resourcesOf(document: Document, collection: string): [string, Part][] {
  return entriesOf(document.resources).filter(
    ([name, resource]) => (textOf(resource, "collection") || name) === collection,
  )
}

/** Whether a collection has a resource by itself as long as none is declared. */
export function hasOwnResource(document: Document, collection: string): boolean {
  if (!Object.hasOwn(document.collections, collection)) return false
  const { resource } = partOf(document.collections, collection)
  return collection === "users" ? resource === true : resource !== false
}

/** A name that is free: the wanted one, else with a number. */
export function freeName(part: Part, wanted: string): string {
  let name = wanted
  for (let n = 2; Object.hasOwn(part, name); n++) name = `${wanted}_${n}`
  return name
}

/** The name that the schema takes for what somebody calls a thing: "Opening Hours" is opening_hours. */
export function nameFor(typed: string): string {
  return typed
    .trim()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
}

/** The path of a collection or a field after its id: what was renamed is the same thing. */
export function nameById(parts: Value | undefined, id: string): string | undefined {
  return entriesOf(parts).find(([, part]) => part.id === id)?.[0]
}

export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => same(one, b[index]))
  }
  if (!isPart(a) || !isPart(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]))
}
