import type { Value } from "../app/collections.ts"
import { type Document, entriesOf, isPart, type Part, partOf, renamed, textOf, withAt } from "./document.ts"

/** What becomes of a name that is mentioned: another one, or undefined where it goes. */
type Follow = (path: string) => string | undefined

/** A field gets another name: lists that name it follow. Expressions do not; the plan tells of them. */
export function renameField(document: Document, collection: string, from: string, to: string): Document {
  const fields = renamed(partOf(partOf(document.collections, collection), "fields"), from, to)
  const next = withAt(document, ["collections", collection, "fields"], fields)
  return mentioning(next, collection, followed(from, to))
}

/** A field goes, and with it what the lists say of it. */
export function dropField(document: Document, collection: string, name: string): Document {
  const next = withAt(document, ["collections", collection, "fields", name], undefined)
  return mentioning(next, collection, followed(name, undefined))
}

function followed(from: string, to: string | undefined): Follow {
  return (path) => {
    const found = /^([-^=$@]?)([^._]+(?:_[^._]+)*?)((?:\.|__).*)?$/s.exec(path)
    if (path === from) return to
    if (!found || found[2] !== from) return path
    return to === undefined ? undefined : `${found[1]}${to}${found[3] ?? ""}`
  }
}

function mentioning(document: Document, name: string, follow: Follow): Document {
  const collection = partOf(document.collections, name)
  const next = withAt(document, ["collections", name], inCollection(collection, follow))
  const resources = entriesOf(document.resources).map(([key, resource]) => [
    key,
    (textOf(resource, "collection") || key) === name ? inResource(resource, follow) : resource,
  ])
  return document.resources ? { ...next, resources: Object.fromEntries(resources) } : next
}

function inCollection(collection: Part, follow: Follow): Part {
  const out = eachList(collection, ["ordering"], follow)
  if (typeof out.display === "string") {
    const display = follow(out.display)
    if (display === undefined) delete out.display
    else out.display = display
  }
  for (const key of ["indexes", "unique_together"]) {
    const list = out[key]
    if (!Array.isArray(list)) continue
    out[key] = list.map((one) => inIndex(one, follow)).filter((one) => one !== undefined)
  }
  if (isPart(out.ui)) out.ui = inUI(out.ui, follow)
  return out
}

/** An index without one of its fields is another index: it goes as a whole. */
function inIndex(index: Value, follow: Follow): Value | undefined {
  const list = isPart(index) ? index.fields : index
  if (!Array.isArray(list)) return index
  const next = list.map((one) => (typeof one === "string" ? follow(one) : one))
  if (next.some((one) => one === undefined)) return undefined
  return isPart(index) ? { ...index, fields: next as Value[] } : (next as Value[])
}

function inUI(ui: Part, follow: Follow): Part {
  const out = eachList(ui, ["columns"], follow)
  if (Array.isArray(out.groups)) {
    out.groups = out.groups.map((group) => (isPart(group) ? eachList(group, ["fields"], follow) : group))
  }
  if (isPart(out.choice_colors)) out.choice_colors = eachName(out.choice_colors, follow)
  return out
}

function inResource(resource: Part, follow: Follow): Part {
  const out = eachList(resource, ["ordering", "ordering_fields", "search_fields", "filters"], follow)
  if (Array.isArray(out.fields)) {
    out.fields = out.fields
      .map((one) =>
        isPart(one) ? inResourceField(one, follow) : typeof one === "string" ? follow(one) : one,
      )
      .filter((one) => one !== undefined)
  }
  if (isPart(out.filters)) out.filters = eachName(out.filters, follow)
  return out
}

/** A field that only shows another one keeps its own name in JSON. */
function inResourceField(field: Part, follow: Follow): Part | undefined {
  const source = textOf(field, "source") || textOf(field, "name")
  if (field.as === "aggregate") return field
  const next = follow(source)
  if (next === undefined) return undefined
  return next === source ? field : { ...field, source: next }
}

function eachList(part: Part, keys: readonly string[], follow: Follow): Part {
  const out = { ...part }
  for (const key of keys) {
    const list = out[key]
    if (!Array.isArray(list)) continue
    out[key] = list
      .map((one) => (typeof one === "string" ? follow(one) : one))
      .filter((one) => one !== undefined)
  }
  return out
}

function eachName(part: Part, follow: Follow): Part {
  const out: Part = {}
  for (const [name, value] of Object.entries(part)) {
    const next = follow(name)
    if (next !== undefined) out[next] = value
  }
  return out
}

/** A collection gets another name; relations, resources and roles follow, and its public address stays. */
export function renameCollection(document: Document, from: string, to: string): Document {
  const collections: { [name: string]: Part } = {}
  for (const [name, collection] of entriesOf(document.collections)) {
    const fields = entriesOf(collection.fields).map(([field, def]) => {
      const out = { ...def }
      if (out.to === from) out.to = to
      if (out.through === from) out.through = to
      return [field, out]
    })
    collections[name === from ? to : name] = collection.fields
      ? { ...collection, fields: Object.fromEntries(fields) }
      : collection
  }
  const resources = entriesOf(document.resources).map(([name, resource]) => [
    name,
    (textOf(resource, "collection") || name) === from ? { ...resource, collection: to } : resource,
  ])
  const roles = entriesOf(document.roles).map(([name, role]) => [name, renamed(role, from, to)])
  return {
    ...document,
    collections,
    ...(document.resources ? { resources: Object.fromEntries(resources) } : {}),
    ...(document.roles ? { roles: Object.fromEntries(roles) } : {}),
  }
}

/** A collection goes, with its resources and what roles may do in it. Relations to it stay: the plan tells of them. */
export function dropCollection(document: Document, name: string): Document {
  const collections = { ...document.collections }
  delete collections[name]
  const resources = entriesOf(document.resources).filter(
    ([key, resource]) => (textOf(resource, "collection") || key) !== name,
  )
  const roles = entriesOf(document.roles).map(([key, role]) => {
    const out = { ...role }
    delete out[name]
    return [key, out]
  })
  return {
    ...document,
    collections,
    ...(document.resources ? { resources: Object.fromEntries(resources) } : {}),
    ...(document.roles ? { roles: Object.fromEntries(roles) } : {}),
  }
}
