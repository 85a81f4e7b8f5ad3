import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import type { FieldType } from "../app/collections.ts"

export interface TypeName {
  type: FieldType
  label: MessageDescriptor
  /** What else somebody may call it while typing. */
  also: string
}

/** The types of fields, the usual ones first. */
export const fieldTypes: readonly TypeName[] = [
  { type: "char", label: msg`Line of text`, also: "char string varchar" },
  { type: "text", label: msg`Long text`, also: "text textarea" },
  { type: "integer", label: msg`Whole number`, also: "integer int number" },
  { type: "decimal", label: msg`Decimal number`, also: "decimal numeric money price" },
  { type: "boolean", label: msg`Yes or no`, also: "boolean bool checkbox" },
  { type: "date", label: msg`Date`, also: "date day" },
  { type: "datetime", label: msg`Date and time`, also: "datetime timestamp" },
  { type: "foreign_key", label: msg`Relation to one`, also: "foreign_key fk reference belongs" },
  { type: "many_to_many", label: msg`Relation to many`, also: "many_to_many m2m" },
  { type: "one_to_one", label: msg`Relation one to one`, also: "one_to_one" },
  { type: "email", label: msg`Email address`, also: "email mail" },
  { type: "url", label: msg`Web address`, also: "url uri link" },
  { type: "slug", label: msg`Slug`, also: "slug" },
  { type: "image", label: msg`Image`, also: "image picture photo" },
  { type: "file", label: msg`File`, also: "file upload" },
  { type: "json", label: msg`JSON`, also: "json object" },
  { type: "time", label: msg`Time of day`, also: "time clock" },
  { type: "duration", label: msg`Duration`, also: "duration interval" },
  { type: "float", label: msg`Floating number`, also: "float double real" },
  { type: "uuid", label: msg`UUID`, also: "uuid guid" },
  { type: "ip", label: msg`IP address`, also: "ip inet" },
  { type: "small_integer", label: msg`Small whole number`, also: "small_integer smallint" },
  { type: "big_integer", label: msg`Big whole number`, also: "big_integer bigint" },
  { type: "positive_small_integer", label: msg`Small number from 0`, also: "positive_small_integer" },
  { type: "positive_integer", label: msg`Number from 0`, also: "positive_integer unsigned" },
  { type: "positive_big_integer", label: msg`Big number from 0`, also: "positive_big_integer" },
]

export const relations: readonly FieldType[] = ["foreign_key", "one_to_one", "many_to_many"]
export const texts: readonly FieldType[] = ["char", "text", "slug", "email", "url"]
export const numbers: readonly FieldType[] = [
  "small_integer",
  "integer",
  "big_integer",
  "positive_small_integer",
  "positive_integer",
  "positive_big_integer",
  "float",
  "decimal",
]
export const wholes: readonly FieldType[] = numbers.filter((type) => type !== "float" && type !== "decimal")
export const times: readonly FieldType[] = ["date", "time", "datetime"]
export const files: readonly FieldType[] = ["file", "image"]
