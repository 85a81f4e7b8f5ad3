/** The values that a query string can be made of; undefined and null leave a parameter out. */
export type QueryValue = string | number | boolean | null | undefined
// biome-ignore lint/suspicious/noExplicitAny: interfaces have no index signature, and generated queries are interfaces
export type Query = Record<string, any>

const joined = /^(ordering|order|fields|omit|expand|ids)$|__(in|range)$/

/** A query string with its "?", or "". Lists are joined by commas where the server reads them so, else repeated. */
export function queryString(query: Query | undefined): string {
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue
    if (!Array.isArray(value)) out.set(name, String(value))
    else if (joined.test(name)) out.set(name, value.join(","))
    else for (const one of value) out.append(name, String(one))
  }
  const text = out.toString()
  return text && `?${text}`
}
