import { queryOptions } from "@tanstack/react-query"
import { client } from "./client.ts"

/** How somebody looks at a collection, kept by the server. */
export interface View {
  id: string
  collection: string
  name: string
  shared: boolean
  owner: string
  mine: boolean
  can_change: boolean
  filter: string
  order: string
  q: string
  group: string
  row_height: 28 | 32 | 44 | 64
  columns: ViewColumn[]
  version: number
  changed: string
  errors: { [member: string]: { message: string; suggestion?: string }[] }
}

export interface ViewColumn {
  field: string
  width?: number
  pinned?: boolean
  hidden?: boolean
}

/** The saved views of a collection: the shared ones, then the reader's own. */
export const viewsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["views", collection],
    queryFn: ({ signal }) => client.get<View[]>("/api/_/views/", { query: { collection }, signal }),
  })
