import { queryOptions, useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import type { Value } from "../app/collections.ts"
import { isPart } from "./document.ts"

/** The JSON Schema of the document, as far as Couplet's uses the language. */
export interface JSONSchema {
  $ref?: string
  type?: string | string[]
  description?: string
  enum?: Value[]
  required?: string[]
  properties?: { [name: string]: JSONSchema }
  additionalProperties?: boolean | JSONSchema
  anyOf?: JSONSchema[]
  items?: JSONSchema
  $defs?: { [name: string]: JSONSchema }
}

const query = queryOptions({
  queryKey: ["schema", "json-schema"],
  queryFn: ({ signal }) => client.get<JSONSchema>("/api/_/schema/json-schema/", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export function useJSONSchema(): JSONSchema | undefined {
  return useQuery(query).data
}

/** What the JSON Schema says of an option; "rules.read" is one of the part `rules`. */
export function describe(root: JSONSchema | undefined, def: string, key: string): string {
  let at = root?.$defs?.[def]
  for (const name of key.split(".")) {
    const part = at?.anyOf?.map((one) => resolve(root, one)).find((one) => one?.properties) ?? at
    at = resolve(root, part?.properties?.[name])
  }
  return at?.description ?? ""
}

function resolve(root: JSONSchema | undefined, schema: JSONSchema | undefined): JSONSchema | undefined {
  if (!schema?.$ref) return schema
  const name = schema.$ref.split("/").at(-1) ?? ""
  return { ...root?.$defs?.[name], ...(schema.description ? { description: schema.description } : {}) }
}

export interface Fault {
  path: string
  message: string
}

/** Where a value is not as its definition wants it. `say` puts it into words. */
export function faults(
  root: JSONSchema,
  schema: JSONSchema | undefined,
  value: Value,
  say: Saying,
  path = "",
): Fault[] {
  const at = resolve(root, schema)
  if (!at) return []
  if (at.anyOf) {
    const each = at.anyOf.map((one) => faults(root, one, value, say, path))
    if (each.some((list) => list.length === 0)) return []
    return each.reduce((best, list) => (depth(list) > depth(best) ? list : best))
  }
  if (at.type && ![at.type].flat().includes(kindOf(value)) && !wholeAsNumber(at, value)) {
    return [{ path, message: say.type([at.type].flat()) }]
  }
  if (at.enum && !at.enum.includes(value)) return [{ path, message: say.oneOf(at.enum.map(String)) }]
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => faults(root, at.items, one, say, `${path}[${index}]`))
  }
  return isPart(value) ? ofMembers(root, at, value, say, path) : []
}

function ofMembers(
  root: JSONSchema,
  at: JSONSchema,
  value: { [name: string]: Value },
  say: Saying,
  path: string,
): Fault[] {
  const missing = (at.required ?? []).filter((name) => !Object.hasOwn(value, name))
  const out = missing.map((name) => ({ path, message: say.missing(name) }))
  for (const [name, member] of Object.entries(value)) {
    const inner = path ? `${path}.${name}` : name
    const known = at.properties?.[name]
    if (known) out.push(...faults(root, known, member, say, inner))
    else if (at.additionalProperties === false) out.push({ path: inner, message: say.unknown(name) })
    else if (isPart(at.additionalProperties as Value)) {
      out.push(...faults(root, at.additionalProperties as JSONSchema, member, say, inner))
    }
  }
  return out
}

/** How faults are told, in the reader's language. */
export interface Saying {
  type: (types: string[]) => string
  oneOf: (words: string[]) => string
  missing: (name: string) => string
  unknown: (name: string) => string
}

/** Of several readings the one that got furthest is the one that was meant. */
function depth(list: Fault[]): number {
  return Math.max(...list.map(({ path }) => path.length))
}

function kindOf(value: Value): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number"
  return typeof value
}

function wholeAsNumber(at: JSONSchema, value: Value): boolean {
  return [at.type].flat().includes("number") && kindOf(value) === "integer"
}
