import { parseJSON } from "couplet-client"
import type { Field, Value } from "../../app/collections.ts"
import { localText, utcText } from "../../app/moments.ts"
import { isText } from "../columns.ts"

/** What an editor of text begins with. */
export function editText(field: Field, value: Value | undefined, zone: string | undefined): string {
  if (value === null || value === undefined) return ""
  if (field.type === "json") return JSON.stringify(value, null, 2)
  if (field.type === "datetime") return localText(String(value), zone)
  if (value === "" && field.null && isText(field.type)) return '""'
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** What a typed text means. What is no value of the field goes to the server as it is: it knows what to say. */
export function valueFrom(field: Field, text: string, zone: string | undefined): Value {
  if (isText(field.type)) {
    if (text === "" && field.null) return null
    return text === '""' ? "" : text
  }
  if (text.trim() === "" || text.trim() === "null") return field.null ? null : ""
  if (field.type === "json") return parseJSON(text) as Value
  if (field.type === "datetime") return utcText(text.trim(), zone)
  return text.trim()
}

/** What is wrong with a JSON text, or nothing. */
export function jsonFault(text: string): string | undefined {
  if (text.trim() === "") return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
