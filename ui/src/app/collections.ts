import { queryOptions, useSuspenseQuery } from "@tanstack/react-query"
import { client, queries } from "./client.ts"
import type { Extent } from "./session.ts"

export type FieldType =
  | "char"
  | "text"
  | "slug"
  | "email"
  | "url"
  | "uuid"
  | "ip"
  | "small_integer"
  | "integer"
  | "big_integer"
  | "positive_small_integer"
  | "positive_integer"
  | "positive_big_integer"
  | "float"
  | "decimal"
  | "boolean"
  | "date"
  | "time"
  | "datetime"
  | "duration"
  | "json"
  | "file"
  | "image"
  | "foreign_key"
  | "one_to_one"
  | "many_to_many"

/** A value as JSON has it. Whole numbers beyond 2^53 are texts of their digits, decimals always are texts. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value }

/** A field as it is in force for the reader. */
export interface Field {
  name: string
  id: string
  type: FieldType
  label: string
  help_text: string
  /** Whether the reader may ever write it. */
  writable: boolean
  required: boolean
  null: boolean
  blank: boolean
  unique: boolean
  indexed: boolean
  default?: Value
  max_length?: number
  max_digits?: number
  decimal_places?: number
  min_value?: Value
  max_value?: Value
  choices?: [value: string | number, label: string][]
  /** The collection that a relation leads to, where the reader may view it. */
  to?: string
  on_delete?: string
  accept?: string[]
  ui?: { [name: string]: Value } | null
}

/** How the schema wants a collection to be shown. */
export interface CollectionUI {
  columns?: string[]
  groups?: { label: string; fields: string[] }[]
  choice_colors?: { [field: string]: { [value: string]: string } }
}

/** A collection as it is in force for the reader. */
export interface Collection {
  name: string
  id: string
  label: string
  label_plural: string
  help_text: string
  system: boolean
  /** The name of the key field. */
  key: string
  /** The field that names a record, or the path to it; "" for the key. */
  display: string
  ordering: string[]
  view: Extent
  add: Extent
  change: Extent
  delete: Extent
  ui: CollectionUI | null
  fields: Field[]
  reverse: { name: string; collection: string; field: string; many: boolean }[]
}

/** A record of a full resource: its fields, and what is said beside them. */
export interface Row {
  [field: string]: Value | undefined | object
  /** The version. */
  _v: string
  _can?: { change: boolean; delete: boolean; read_only?: string[] }
  /** What the record calls itself. */
  _display?: string | null
  /** Display texts of the targets of relations; null where there is none or it is not in sight. */
  _rel?: { [field: string]: string | null | (string | null)[] }
  _files?: { [field: string]: { name: string; size: number | null; url: string } }
}

export type Key = string | number

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: ({ signal }) => client.get<Collection[]>("/api/_/collections/", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** All collections that the reader may view or add to. */
export function useCollections(): Collection[] {
  return useSuspenseQuery(collectionsQuery).data
}

/** One collection by name; undefined where there is none, or none for this reader. */
export function useCollection(name: string): Collection | undefined {
  return useCollections().find((collection) => collection.name === name)
}

/** Asks for the collections anew, as after a change of the schema. */
export function refreshCollections(): Promise<void> {
  return queries.invalidateQueries({ queryKey: collectionsQuery.queryKey })
}

/** The address of a collection's records. */
export function recordsPath(collection: string): string {
  return `/api/_/records/${encodeURIComponent(collection)}/`
}

/** The key of a record. */
export function keyOf(collection: Collection, row: Row): Key {
  return row[collection.key] as Key
}
