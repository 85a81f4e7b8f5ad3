import type { Collection, Field, FieldType, Row, Value } from "../app/collections.ts"
import { bodyText } from "../app/json.ts"
import { isBox } from "../app/newRecord.ts"

/** Values by field. Those of JSON fields are the text of their JSON. */
export type Values = { [field: string]: Value }

/** A file that was sent ahead and waits for the record that will name it. */
export interface Upload {
  upload: string
  name: string
  size: number
  type: string
  url: string
}

const texts: readonly FieldType[] = ["char", "text", "slug", "email", "url"]

export const isText = (field: Field) => texts.includes(field.type)
export const isMany = (field: Field) => field.type === "many_to_many"
export const isOne = (field: Field) => field.type === "foreign_key" || field.type === "one_to_one"
export const isFile = (field: Field) => field.type === "file" || field.type === "image"
export const isNumber = (field: Field) => /integer|float|decimal/.test(field.type)

export function isUpload(value: Value | undefined): value is Value & Upload & { [name: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "upload" in value
}

/** Whether two values of a field are the same: 12 and "12" are. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: Value | undefined): string {
  if (value === null || value === undefined) return "null"
  if (Array.isArray(value)) return JSON.stringify(value.map(String))
  return typeof value === "object" ? JSON.stringify(value) : `=${value}`
}

/** The value of a field in a record. */
export function valueIn(row: Row | undefined, field: string): Value {
  return ((row?.[field] as Value | undefined) ?? null) as Value
}

/** What a new record has where nothing was typed. */
export function initialValue(field: Field): Value {
  if (field.type === "json") return field.default === undefined ? "null" : JSON.stringify(field.default)
  if (field.default !== undefined) return field.default
  if (isBox(field)) return false
  if (isMany(field)) return []
  return isText(field) && !field.null ? "" : null
}

/** The values as a JSON text to send. What a JSON field holds goes as it was typed. */
export function bodyOf(collection: Collection, values: Values): string {
  const own = Object.entries(values).map(([name, value]): [string, Value] => [name, sent(value)])
  return bodyText(collection, Object.fromEntries(own))
}

function sent(value: Value): Value {
  return isUpload(value) ? { upload: value.upload } : value
}
