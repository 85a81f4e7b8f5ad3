import { useEffect, useLayoutEffect, useMemo } from "react"
import type { Collection } from "../app/collections.ts"
import { type ListSearch, useList } from "./list.ts"
import { useLiveRows } from "./live.ts"
import { GridModel } from "./model.ts"

/** The model of the list that the address tells of. */
export function useGridModel(collection: Collection): { model: GridModel; search: ListSearch } {
  const { list, search, change } = useList(collection)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that changes is followed below
  const model = useMemo(() => new GridModel(collection, list, change), [collection])
  useLayoutEffect(() => model.follow(list, change), [model, list, change])
  useLayoutEffect(() => () => model.rows.stop(), [model])
  useLiveRows(model)
  return { model, search }
}

/** Goes to the record that the address names, wherever it is in the list. */
export function useAt(model: GridModel, at: string | undefined): void {
  useEffect(() => {
    if (!at) return
    let current = true
    model.rows.locate(at).then(
      (row) => {
        if (current && row !== undefined) model.go({ row, column: model.active.get().column })
      },
      () => undefined, // the list itself tells why it cannot be read
    )
    return () => {
      current = false
    }
  }, [model, at])
}
