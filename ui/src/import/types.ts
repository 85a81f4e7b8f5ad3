import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import type { FieldType } from "../app/collections.ts"
import type { FieldDefinition } from "./api.ts"

/** The types that a column of a file can become, in plain words. */
export const columnTypes: readonly (readonly [FieldType, MessageDescriptor])[] = [
  ["char", msg`Text, one line`],
  ["text", msg`Text, any length`],
  ["integer", msg`Whole number`],
  ["big_integer", msg`Whole number, very large`],
  ["decimal", msg`Decimal number, exact`],
  ["float", msg`Floating-point number`],
  ["boolean", msg`Yes or no`],
  ["date", msg`Date`],
  ["time", msg`Time`],
  ["datetime", msg`Date and time`],
  ["duration", msg`Duration`],
  ["email", msg`E-mail address`],
  ["url", msg`Web address`],
  ["slug", msg`Slug`],
  ["uuid", msg`UUID`],
  ["ip", msg`IP address`],
  ["json", msg`JSON`],
]

/** What a type is called, also one that no column becomes. */
export function typeName(type: FieldType): MessageDescriptor | undefined {
  return columnTypes.find(([id]) => id === type)?.[1]
}

const texts: readonly FieldType[] = ["char", "text", "slug", "email", "url"]

/** A proposed field with another type: it keeps its label and whether it may be empty, and has what the type needs. */
export function withType(field: FieldDefinition, type: FieldType, longest: number): FieldDefinition {
  if (type === field.type) return field
  const empty = field.blank === true || field.null === true
  const out: FieldDefinition = { type }
  if (field.verbose_name !== undefined) out.verbose_name = field.verbose_name
  if (empty) out.blank = true
  if (empty && !texts.includes(type)) out.null = true
  if (type === "char" || type === "slug") out.max_length = Math.max(50, 2 * longest)
  if (type === "decimal") Object.assign(out, { max_digits: 20, decimal_places: 6 })
  return out
}

/** What a text becomes as a name in the schema. */
export function nameOf(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
}
