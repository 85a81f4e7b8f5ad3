import { queryOptions, useQuery } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { client, queries } from "../app/client.ts"
import type { FieldType } from "../app/collections.ts"
import { useTopic } from "../app/live.ts"

/** A column of a file: the narrowest type that takes what was seen of it, and the field where it would go. */
export interface FileColumn {
  name: string
  field: string
  type: FieldType
  empty: number
  longest: number
  samples: string[]
}

/** A field of a schema document. */
export interface FieldDefinition {
  type: FieldType
  verbose_name?: string
  [option: string]: unknown
}

export interface Proposal {
  name: string
  definition: { display?: string; fields: { [field: string]: FieldDefinition }; [more: string]: unknown }
  columns: { [column: string]: string }
}

/** What a file holds, as far as the server has looked into it. */
export interface Sniffed {
  format: string
  delimiter: string
  size: number
  examined: number
  more: boolean
  columns: FileColumn[]
  rows: (string | null)[][]
  proposed: Proposal | null
}

export interface RowError {
  row: number
  line: number | null
  field: string | null
  column: string | null
  message: string
  code: string
}

/** What an import did, or (dry run) would do. */
export interface Report {
  group: string | null
  dry_run: boolean
  rows: number
  created: number
  updated: number
  skipped: number
  failed: number
  columns: { [column: string]: string }
  ignored: string[]
  errors: RowError[]
  errors_left_out: number
  /** Why it ended early. */
  detail?: string
}

export interface Import {
  id: string
  state: "running" | "done" | "failed" | "cancelled"
  dry_run: boolean
  phase: "checking" | "writing"
  bytes: number
  size: number
  rows: number
  failed: number
  started: string
  ended: string | null
  user: string
  collection: string
  status: number | null
  report: Report | Record<string, unknown> | null
}

/** What a file is imported by. */
export interface Order {
  upload: string
  collection: string
  columns: { [column: string]: string }
  match?: string
  existing?: string
  new?: string
  keep_going?: boolean
  dry_run?: boolean
}

/** What a file that was sent ahead holds; without a collection also the one that it could become. */
export function sniffQuery(upload: string, collection?: string) {
  return queryOptions({
    queryKey: ["sniffed", upload, collection ?? ""],
    queryFn: ({ signal }) =>
      client.post<Sniffed>(
        "/api/_/imports/sniff/",
        { upload, ...(collection ? { collection } : {}) },
        { signal },
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

/** Begins an import, which goes on by itself. */
export function begin(order: Order): Promise<Import> {
  return client.post("/api/_/imports/", { ...order, background: true })
}

export function cancel(id: string): Promise<Import> {
  return client.post(`${pathOf(id)}cancel/`, {})
}

export function pathOf(id: string): string {
  return `/api/_/imports/${encodeURIComponent(id)}/`
}

/** The imports of the last hour. */
export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: ({ signal }) => client.get<Import[]>("/api/_/imports/", { signal }),
})

/** How far an import is. It is followed live, and asked for now and then while it runs. */
export function useImport(id: string) {
  const queryKey = ["imports", id]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.get<Import>(pathOf(id), { signal }),
    enabled: id !== "",
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 1500 : false),
  })
  useTopic<{ imports: Import[] }>(query.data?.state === "running" ? "imports" : "", ({ imports }) => {
    const told = imports.find((one) => one.id === id)
    if (told?.state === "running") {
      queries.setQueryData<Import>(queryKey, (known) => known && { ...known, ...told, report: known.report })
    } else if (told) void queries.invalidateQueries({ queryKey })
  })
  return query
}

/** The report of an import that has ended; nothing where the request itself was refused. */
export function reportOf({ report }: Import): Report | undefined {
  return report && typeof report.rows === "number" ? (report as Report) : undefined
}

/** Why an import was refused as a whole. */
export function refusalOf({ status, report }: Import): ApiError {
  return new ApiError(status ?? 500, report)
}
