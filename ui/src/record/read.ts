import { queryOptions } from "@tanstack/react-query"
import { parseJSON } from "couplet-client"
import { client } from "../app/client.ts"
import { type Collection, type Key, type Row, recordsPath } from "../app/collections.ts"
import { jsonFields, keptAsText } from "../app/json.ts"

/** The address of one record. */
export function recordPath(collection: string, key: Key): string {
  return `${recordsPath(collection)}${encodeURIComponent(key)}/`
}

/** Reads the server's text of a record; JSON fields keep theirs. */
export function rowOf(collection: Collection, text: string): Row {
  const names = jsonFields(collection)
  const row = parseJSON(keptAsText(text, names, 1)) as Row
  for (const name of names) if (row[name] === null) row[name] = "null"
  return row
}

export function recordQuery(collection: Collection, key: Key) {
  return queryOptions({
    queryKey: ["record", collection.name, String(key)],
    queryFn: async ({ signal }) =>
      rowOf(
        collection,
        await client.http.request<string>("GET", recordPath(collection.name, key), { signal, as: "text" }),
      ),
  })
}

/** One version of a record in the change log. */
export interface Version {
  cursor: string
  changeset: string
  group: string | null
  time: string
  actor: string | null
  actor_display?: string | null
  via: string
  cause: string | null
  op: string
  fields: { [field: string]: [before: unknown, after: unknown] }
  exact: boolean
  values: { [field: string]: unknown } | null
}

export function historyQuery(collection: string, key: Key) {
  return queryOptions({
    queryKey: ["history", collection, String(key)],
    queryFn: ({ signal }) =>
      client.get<{ results: Version[]; next: string | null }>(historyPath(collection, key), { signal }),
    staleTime: 0,
  })
}

export function historyPath(collection: string, key: Key): string {
  return `/api/_/history/${encodeURIComponent(collection)}/${encodeURIComponent(key)}/`
}
