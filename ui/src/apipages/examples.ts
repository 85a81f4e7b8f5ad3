import { type Document, type Operation, resolved, type Schema } from "./openapi.ts"

/** What is filled in for a try or an example. */
export interface Filled {
  path: { [name: string]: string }
  query: readonly (readonly [name: string, value: string])[]
  body: string
}

/** The address of an operation with what is filled in; what is missing stays in braces. */
export function addressOf(operation: Operation, filled: Filled): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = filled.path[name]
    return value ? encodeURIComponent(value) : whole
  })
  const query = new URLSearchParams(filled.query.filter(([, value]) => value !== "").map((pair) => [...pair]))
  const text = query.toString()
  return text ? `${path}?${text}` : path
}

/** A body with the required fields, to begin with. */
export function sampleBody(document: Document, operation: Operation): string {
  const schema = resolved(document, operation.body)
  if (!schema?.properties) return ""
  const wanted = operation.method === "patch" ? Object.keys(schema.properties) : (schema.required ?? [])
  const entries = Object.entries(schema.properties).filter(
    ([name, field]) => !field.readOnly && wanted.includes(name),
  )
  const few = operation.method === "patch" ? entries.slice(0, 1) : entries
  return JSON.stringify(
    Object.fromEntries(few.map(([name, field]) => [name, sampleOf(document, field)])),
    null,
    2,
  )
}

function sampleOf(document: Document, field: Schema): unknown {
  const schema = resolved(document, { ...field, type: field.type === "array" ? "" : (field.type ?? "") })
  if (field.type === "array") return []
  const type = Array.isArray(schema?.type) ? schema.type[0] : schema?.type
  if (schema?.enum) return schema.enum[0]
  if (type === "integer" || type === "number") return 1
  if (type === "boolean") return false
  if (schema?.properties) return {}
  if (schema?.format === "date") return "2026-01-31"
  if (schema?.format === "date-time") return "2026-01-31T13:45:00Z"
  return ""
}

export function curlOf(origin: string, operation: Operation, filled: Filled): string {
  const lines = [`curl '${origin}${addressOf(operation, filled)}'`, '-H "Authorization: Bearer $TOKEN"']
  if (operation.method !== "get") lines.splice(1, 0, `-X ${operation.method.toUpperCase()}`)
  if (operation.body) {
    lines.push("-H 'Content-Type: application/json'", `-d '${filled.body.replaceAll("'", "'\\''")}'`)
  }
  return lines.join(" \\\n  ")
}

/** The same with the client library. */
export function typescriptOf(origin: string, resource: string, operation: Operation, filled: Filled): string {
  const setUp = [
    `import { createClient, memoryTokens } from "couplet-client"`,
    `import type { Project } from "./project.ts" // couplet gen ts --out project.ts`,
    "",
    `const client = createClient<Project>({ base: "${origin}", auth: { tokens: memoryTokens() } })`,
    `await client.login(username, password)`,
    "",
  ]
  return [...setUp, callOf(resource, operation, filled)].join("\n")
}

function callOf(resource: string, operation: Operation, filled: Filled): string {
  const { method, path } = operation
  const body = filled.body || "{}"
  const keyed = /^\/api\/[^/]+\/\{(\w+)\}\/$/.exec(path)
  const of = `client.resource("${resource}")`
  if (keyed?.[1]) {
    const value = filled.path[keyed[1]]
    const key = value ? (/^\d{1,15}$/.test(value) ? value : JSON.stringify(value)) : keyed[1]
    const names: { [method: string]: string } = {
      get: "get",
      put: "replace",
      patch: "patch",
      delete: "delete",
    }
    const rest = method === "put" || method === "patch" ? `, ${body}` : ""
    return `const ${method === "get" ? "record" : "answer"} = await ${of}.${names[method]}(${key}${rest})`
  }
  if (/^\/api\/[^/]+\/$/.test(path)) {
    if (method === "post") return `const { data } = await ${of}.create(${body})`
    const query = filled.query.filter(([, value]) => value !== "")
    const members = query.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")
    return `const page = await ${of}.list(${members && `{ ${members} }`})`
  }
  return `const data = await client.${method}("${addressOf(operation, filled)}"${operation.body ? `, ${body}` : ""})`
}

/** JSON with line breaks, its digits as they came. */
export function pretty(json: string): string {
  try {
    JSON.parse(json)
  } catch {
    return json
  }
  let depth = 0
  const parts = json.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? []
  const line = () => `\n${"  ".repeat(depth)}`
  return parts
    .map((part, index) => {
      if (part === "{" || part === "[") {
        depth++
        const next = parts[index + 1]
        return next === "}" || next === "]" ? part : part + line()
      }
      if (part === "}" || part === "]") {
        depth--
        const before = parts[index - 1]
        return before === "{" || before === "[" ? part : line() + part
      }
      if (part === ",") return part + line()
      return part === ":" ? ": " : part
    })
    .join("")
}
