import type { FieldType, Value } from "../app/collections.ts"
import { numbers } from "./fieldTypes.ts"

/** How a value of a field's type is written in the designer: as it is, JSON for JSON, "" for the empty text. */
export function written(value: Value | undefined): string {
  if (value === undefined) return ""
  if (value === "") return '""'
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** Reads what was typed; nothing typed is no value. Undefined where it is none of the type. */
export function read(type: FieldType, typed: string): { value: Value | undefined } | undefined {
  const text = typed.trim()
  if (text === "") return { value: undefined }
  if (text === "null") return { value: null }
  if (type === "boolean") return text === "true" || text === "false" ? { value: text === "true" } : undefined
  if (type === "json") return json(text)
  if (numbers.includes(type)) {
    if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined
    return { value: String(Number(text)) === text ? Number(text) : text }
  }
  if (/^".*"$/s.test(text)) return json(text)
  return { value: typed }
}

function json(text: string): { value: Value } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Words of a list, as typed with commas between them. */
export function words(typed: string): string[] {
  return typed
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean)
}
