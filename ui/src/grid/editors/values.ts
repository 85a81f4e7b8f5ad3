import type { Field, Value } from "../../app/collections.ts"
import { localText, utcText } from "../../app/moments.ts"
import { isText } from "../columns.ts"

/** What an editor of text begins with. */
export function editText(field: Field, value: Value | undefined, zone: string | undefined): string {
  if (value === null || value === undefined) return ""
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
  if (field.type === "json") return ["", "null"].includes(text.trim()) ? null : text.trim()
  if (text.trim() === "" || text.trim() === "null") return field.null ? null : ""
  if (field.type === "datetime") return utcText(text.trim(), zone)
  return text.trim()
}
