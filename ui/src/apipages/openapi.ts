import { queryOptions } from "@tanstack/react-query"
import { client } from "../app/client.ts"

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  items?: Schema
  properties?: { [name: string]: Schema }
  allOf?: Schema[]
  oneOf?: Schema[]
  required?: string[]
  description?: string
  readOnly?: boolean
  writeOnly?: boolean
  maxLength?: number
  default?: unknown
}

export interface Parameter {
  name: string
  in: "query" | "path" | "header"
  required?: boolean
  description?: string
  schema: Schema
}

interface Body {
  content?: { [type: string]: { schema?: Schema } }
}

interface RawOperation {
  operationId: string
  description?: string
  tags?: string[]
  parameters?: Parameter[]
  requestBody?: Body
  responses?: { [status: string]: Body }
}

export interface Document {
  openapi: string
  info: { title: string; version: string; description?: string }
  paths: { [path: string]: { [method: string]: RawOperation } }
  components?: { schemas?: { [name: string]: Schema } }
}

/** One thing that can be asked of a resource. */
export interface Operation {
  id: string
  method: string
  path: string
  description: string
  parameters: Parameter[]
  body: Schema | undefined
  answer: Schema | undefined
}

export interface ApiResource {
  name: string
  operations: Operation[]
}

export const documentQuery = queryOptions({
  queryKey: ["openapi"],
  queryFn: ({ signal }) => client.get<Document>("/api/schema/", { query: { format: "json" }, signal }),
  staleTime: 60_000,
})

/** Couplet's own, beside the resources of the project. */
const accounts = new Set(["auth", "token", "token-auth"])
const methods = ["get", "post", "put", "patch", "delete"]

/** The project's resources with their operations, as the document that the reader may see has them. */
export function resourcesOf(document: Document): ApiResource[] {
  const out = new Map<string, Operation[]>()
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of methods) {
      const raw = operations[method]
      const name = raw?.tags?.[0]
      if (!raw || !name || accounts.has(name)) continue
      const list = out.get(name) ?? []
      list.push(operationOf(method, path, raw))
      out.set(name, list)
    }
  }
  return [...out]
    .map(([name, operations]) => ({ name, operations: operations.sort(byPath) }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

const byPath = (a: Operation, b: Operation) =>
  a.path.length - b.path.length || methods.indexOf(a.method) - methods.indexOf(b.method)

function operationOf(method: string, path: string, raw: RawOperation): Operation {
  const answered = Object.entries(raw.responses ?? {}).find(([status]) => status.startsWith("2"))?.[1]
  return {
    id: raw.operationId,
    method,
    path,
    description: raw.description ?? "",
    parameters: raw.parameters ?? [],
    body: jsonOf(raw.requestBody),
    answer: jsonOf(answered),
  }
}

function jsonOf(body: Body | undefined): Schema | undefined {
  return body?.content?.["application/json"]?.schema
}

/** What a reference leads to; of a page of results, that of one result. */
export function resolved(document: Document, schema: Schema | undefined): Schema | undefined {
  let out = schema
  for (let depth = 0; out && depth < 8; depth++) {
    const results = out.properties?.results
    const next: Schema | undefined = out.$ref
      ? document.components?.schemas?.[out.$ref.split("/").at(-1) ?? ""]
      : out.allOf?.length === 1
        ? out.allOf[0]
        : results && out.properties?.next
          ? results.items
          : out.type === "array"
            ? out.items
            : undefined
    if (!next) return out
    out = next
  }
  return out
}

/** A type in few words: "integer", "string (date)", "one of draft, published", "list of integer". */
export function typeText(document: Document, schema: Schema): string {
  if (schema.$ref) {
    const to = document.components?.schemas?.[schema.$ref.split("/").at(-1) ?? ""]
    if (to?.enum) return typeText(document, to)
    return schema.$ref.split("/").at(-1) ?? "object"
  }
  const parts = schema.allOf ?? schema.oneOf
  if (parts) return parts.map((part) => typeText(document, part)).join(" | ")
  if (schema.enum) return schema.enum.map(String).join(" | ")
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "any"]
  if (types[0] === "array" && schema.items) return `${typeText(document, schema.items)}[]`
  const format = schema.format ? ` (${schema.format})` : ""
  return (
    types[0] +
    format +
    types
      .slice(1)
      .map((type) => ` | ${type}`)
      .join("")
  )
}
