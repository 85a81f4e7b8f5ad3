import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import type { Value } from "../app/collections.ts"
import { utcText } from "../app/moments.ts"
import { zoneInForce } from "../app/zone.ts"
import { type Deed, type DeedPart, mergeDeeds } from "./deeds.ts"

export type Op = "create" | "update" | "delete" | "schema" | "rewritten" | "erased"

/** One line of the change log. */
export interface Change {
  cursor: string
  changeset: string
  group: string | null
  time: string
  actor: string | null
  via: string
  cause: string | null
  collection: string | null
  key: string | null
  op: Op
  /** Before and after. */
  fields: { [field: string]: [Value, Value] }
  erased?: boolean
}

export interface Filters {
  collection?: string
  actor?: string
  from?: string
  to?: string
  op?: string
  via?: string
}

interface Page {
  results: Change[]
  next: string | null
}

/** Where a list goes on: after a change, without the groups that it has already. */
interface Place {
  cursor: string | null
  without: readonly string[]
}

/** Some of the log, gathered by what belongs together. */
export interface DeedPage {
  deeds: Deed[]
  /** The latest change on it. */
  newest: string | undefined
  next: Place | null
}

const path = "/api/_/changes/"

/** Days are the reader's own, from their midnight to the next. */
function parametersOf({ from, to, ...rest }: Filters): Record<string, string | undefined> {
  const midnight = (day: string, plus: number) => {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number)
    const next = new Date(Date.UTC(year, month - 1, date + plus)).toISOString().slice(0, 10)
    return utcText(`${next} 00:00`, zoneInForce.get())
  }
  return { ...rest, after: from && midnight(from, 0), before: to && midnight(to, 1) }
}

const wanted = 30
const mostRequests = 10
const mostWithout = 100

/** Reads on until there are some deeds to show. A large import is one: what is known of it is left out from there on. */
async function readPage(filters: Filters, from: Place, signal: AbortSignal): Promise<DeedPage> {
  let deeds: Deed[] = []
  let newest: string | undefined
  let { cursor, without } = from
  for (let n = 0; n < mostRequests; n++) {
    const query = {
      ...parametersOf(filters),
      cursor: cursor ?? undefined,
      without: without.join(",") || undefined,
      limit: 100,
    }
    const page: Page = await client.get(path, { query, signal })
    newest ??= page.results[0]?.cursor
    deeds = mergeDeeds(deeds, page.results)
    cursor = page.next
    const groups = page.results.flatMap(({ group }) => (group === null ? [] : [group]))
    without = [...new Set([...without, ...groups])].slice(-mostWithout)
    if (cursor === null || deeds.length >= wanted) break
  }
  return { deeds, newest, next: cursor === null ? null : { cursor, without } }
}

interface Summary {
  id: string
  exact: boolean
  parts: DeedPart[]
}

/** What a changeset or a group has done, by the server's own count. */
export function summaryQuery(id: string) {
  return queryOptions({
    queryKey: ["changes", id, "summary"],
    queryFn: ({ signal }) => client.get<Summary>(`/api/_/changesets/${encodeURIComponent(id)}/`, { signal }),
    staleTime: 60_000,
  })
}

/** What was done, the latest first. */
export function deedsQuery(filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ["activity", filters],
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: { cursor: null, without: [] } as Place,
    getNextPageParam: ({ next }: DeedPage) => next,
    staleTime: 0,
    gcTime: 0,
  })
}

/** The latest of the log, to tell what has come since a list was read. */
export function headQuery(filters: Filters) {
  return queryOptions({
    queryKey: ["activity-head", filters],
    queryFn: ({ signal }) =>
      client.get<Page>(path, { query: { ...parametersOf(filters), limit: 200 }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** The changes of one changeset or of a group: an id may be either. */
export function changesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ["changes", id],
    queryFn: async ({ pageParam, signal }) => {
      const read = (as: "group" | "changeset") =>
        client.get<Page>(path, { query: { [as]: id, limit: 200, cursor: pageParam ?? undefined }, signal })
      const group = await read("group")
      return group.results.length > 0 || group.next ? group : read("changeset")
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }: Page) => next,
  })
}
