import { useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { useMemo } from "react"
import type { Collection } from "../app/collections.ts"
import { usePreferences } from "../app/preferences.ts"
import { type View, viewsQuery } from "../app/views.ts"
import { defaultColumns, type GridColumn, ownColumns, parseColumns, resolveColumns } from "./columns.ts"

export type RowHeight = 28 | 32 | 44 | 64

/** What the address of a list holds, as texts. What a saved view says is not repeated in it. */
export interface ListSearch {
  view?: string
  filter?: string
  order?: string
  q?: string
  /** The columns shown, in their order: `title!,status`. "!" pins. */
  cols?: string
  h?: string
  /** The record in the panel. */
  rec?: string
  tab?: string
  /** The record that the list shall be at. */
  at?: string
}

/** How a list is looked at, once address, saved view, preferences and schema have been put together. */
export interface List {
  view: View | undefined
  filter: string
  order: string
  q: string
  columns: readonly GridColumn[]
  rowHeight: RowHeight
  /** The height of rows where the address names none. */
  ownHeight: RowHeight
}

/** What `rec` of the address says where a record is to be made. */
export const newRecord = "new"

export type ChangeList = (change: Partial<ListSearch>, how?: { push?: boolean }) => void

/** The list that the address tells of, and how to change the address. Typing replaces history; views and records push. */
export function useList(collection: Collection): { list: List; search: ListSearch; change: ChangeList } {
  const search = useSearch({ from: "/shell/data/$collection" }) as ListSearch
  const navigate = useNavigate()
  const preferences = usePreferences()
  const views = useQuery({ ...viewsQuery(collection.name), enabled: Boolean(search.view) })
  const view = search.view ? views.data?.find((one) => one.id === search.view) : undefined
  const kept = preferences.columns?.[collection.name]
  const dense = preferences.density === "dense"
  const { filter, order, q, cols, h } = search
  const list = useMemo(() => {
    const viewWidths = Object.fromEntries(
      view?.columns.flatMap((c) => (c.width ? [[c.field, c.width]] : [])) ?? [],
    )
    const choices = cols ? parseColumns(cols) : ownColumns(collection, view)
    const columns = resolveColumns(collection, choices, { ...viewWidths, ...kept })
    const ownHeight = view?.row_height || (dense ? 28 : 32)
    return {
      view,
      filter: filter ?? view?.filter ?? "",
      order: order ?? view?.order ?? "",
      q: q ?? view?.q ?? "",
      columns:
        columns.length > 0 ? columns : resolveColumns(collection, defaultColumns(collection), kept ?? {}),
      rowHeight: (Number(h) || ownHeight) as RowHeight,
      ownHeight,
    }
  }, [collection, view, filter, order, q, cols, h, kept, dense])
  const change: ChangeList = (changes, how) =>
    void navigate({
      to: ".",
      search: ((before: ListSearch) => ({ ...before, ...changes })) as never,
      replace: !how?.push,
    })
  return { list, search, change }
}
