import { useQuery } from "@tanstack/react-query"
import { useSearch } from "@tanstack/react-router"
import type { Collection } from "../../app/collections.ts"
import { useMe } from "../../app/session.ts"
import { useStore } from "../../app/store.ts"
import { type View, type ViewChange, viewsQuery } from "../../app/views.ts"
import { formatColumns, ownColumns } from "../../grid/columns.ts"
import type { List, ListSearch } from "../../grid/list.ts"
import type { GridModel } from "../../grid/model.ts"
import { filterOf } from "../change.ts"

/** The saved views of a list, the one that is open, and whether the list differs from it. */
export interface ViewsState {
  views: readonly View[]
  view: View | undefined
  /** The address names a view that is not there. */
  missing: boolean
  changed: boolean
  /** Whether the reader may give views to others. */
  shares: boolean
}

const none: View[] = []

export function useViews(model: GridModel): ViewsState {
  const { collection } = model
  const me = useMe()
  const { view: wanted } = useSearch({ from: "/shell/data/$collection" }) as ListSearch
  const list = useStore(model.list)
  const query = useQuery(viewsQuery(collection.name))
  const views = query.data ?? none
  const view = wanted ? views.find((one) => one.id === wanted) : undefined
  return {
    views,
    view,
    missing: Boolean(wanted) && query.isSuccess && !view,
    changed: view ? differs(collection, list, view) : isNarrowed(list),
    shares: me.is_superuser || (me.is_staff && collection.change !== "none"),
  }
}

/** What a view of the list as it is now would hold. */
export function viewOf(list: List): ViewChange {
  return {
    filter: filterOf(list),
    order: list.order,
    q: list.q.trim(),
    row_height: list.rowHeight,
    columns: list.columns.map(({ field, width, pinned }) => ({ field: field.name, width, pinned })),
  }
}

function differs(collection: Collection, list: List, view: View): boolean {
  const now = viewOf(list)
  const shown = list.columns.map(({ field, pinned }) => ({ field: field.name, pinned }))
  return (
    now.filter !== view.filter ||
    now.order !== view.order ||
    now.q !== view.q ||
    now.row_height !== view.row_height ||
    formatColumns(ownColumns(collection, view)) !== formatColumns(shown)
  )
}

const isNarrowed = (list: List) => Boolean(list.filter || list.order || list.q.trim())

/** The list as its view has it, or as the schema has it. */
export function resetList(model: GridModel): void {
  model.change({ filter: undefined, order: undefined, q: undefined, cols: undefined, h: undefined } as never)
}

/** Opens a view, or the whole list. */
export function openView(model: GridModel, view: string | undefined): void {
  const change = { view, filter: undefined, order: undefined, q: undefined, cols: undefined, h: undefined }
  model.change({ ...change, at: undefined } as never, { push: true })
}
