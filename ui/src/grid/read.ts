import { client } from "../app/client.ts"
import { type Collection, type Row, recordsPath } from "../app/collections.ts"

/** What a list is made by. */
export interface ListQuery {
  filter: string
  order: string
  q: string
  /** The fields that rows must have, comma separated. */
  fields: string
}

/** How many records there are: null while nobody knows. */
export interface Count {
  count: number | null
  exact: boolean
}

/** Some rows of a list, and the ways to those before and after them. */
export interface RowPage {
  results: Row[]
  prev: string | null
  next: string | null
  offset: number | null
  at?: number | null
}

export function readPage(
  collection: Collection,
  { filter, order, q, fields }: ListQuery,
  way: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<RowPage> {
  return client.get<RowPage>(recordsPath(collection.name), {
    query: {
      filter: filter || undefined,
      order: order || undefined,
      q: q || undefined,
      fields: fields || undefined,
      ...way,
    },
    signal,
  })
}

/** Counts exactly, or about, where that takes too long. */
export function readCount(
  collection: Collection,
  { filter, q }: ListQuery,
  signal: AbortSignal,
): Promise<Count> {
  return client.get<Count>(`${recordsPath(collection.name)}count/`, {
    query: { filter: filter || undefined, q: q || undefined, deadline_ms: 10_000 },
    signal,
  })
}
