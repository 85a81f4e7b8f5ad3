import { type Answer, ApiError, parseJSON, type RequestOptions } from "couplet-client"
import { client } from "../app/client.ts"
import { type Collection, type Row, recordsPath } from "../app/collections.ts"
import { jsonFields, keptAsText } from "../app/json.ts"

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

/** How deep in an answer records stand: it is one, holds a list of them, or one in each of its parts. */
export type RecordDepth = 1 | 3 | 4

/** Asks for records. What their JSON fields hold stays the text that it is, digit for digit. */
export async function askRecords<T>(
  collection: Collection,
  depth: RecordDepth,
  method: string,
  path: string,
  options: RequestOptions,
): Promise<Answer<T>> {
  const names = jsonFields(collection)
  if (names.length === 0) return client.answer<T>(method, path, options)
  const { data, ...answer } = await client.answer<string>(method, path, { ...options, as: "text" })
  try {
    return { ...answer, data: parseJSON(keptAsText(data, names, depth)) as T }
  } catch {
    throw new ApiError(0, { detail: "The answer is no JSON." }, answer.headers)
  }
}

export async function readPage(
  collection: Collection,
  { filter, order, q, fields }: ListQuery,
  way: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<RowPage> {
  const query = {
    filter: filter || undefined,
    order: order || undefined,
    q: q || undefined,
    fields: fields || undefined,
    ...way,
  }
  const path = recordsPath(collection.name)
  return (await askRecords<RowPage>(collection, 3, "GET", path, { query, signal })).data
}

/** Some records by their keys, those that are there. */
export async function readSome(
  collection: Collection,
  keys: readonly string[],
  query: { fields: string; filter?: string },
): Promise<Row[]> {
  const way = { ids: keys, limit: keys.length }
  return (await readPage(collection, { filter: "", order: "", q: "", ...query }, way)).results
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
