import { queryOptions } from "@tanstack/react-query"
import { client, queries } from "./client.ts"

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

/** All views that the reader may use, of every collection. */
export const allViewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: ({ signal }) => client.get<View[]>("/api/_/views/", { signal }),
})

/** What of a view can be written. */
export type ViewChange = Partial<
  Pick<View, "name" | "shared" | "filter" | "order" | "q" | "group" | "row_height" | "columns">
>

export async function createView(collection: string, view: ViewChange): Promise<View> {
  const made = await client.post<View>("/api/_/views/", { collection, ...view })
  await refreshViews()
  return made
}

/** Changes a view that still is as it was read: else the server refuses with 412. */
export async function changeView(view: View, change: ViewChange): Promise<void> {
  await client.patch(`/api/_/views/${view.id}/`, change, { ifMatch: String(view.version) })
  await refreshViews()
}

export async function deleteView(view: View): Promise<void> {
  await client.http.request("DELETE", `/api/_/views/${view.id}/`, { ifMatch: String(view.version) })
  await refreshViews()
}

/** Puts views of a collection into an order. */
export async function orderViews(collection: string, views: readonly View[]): Promise<void> {
  await client.post("/api/_/views/order/", { collection, views: views.map((view) => view.id) })
  await refreshViews()
}

export function refreshViews(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ["views"] })
}
