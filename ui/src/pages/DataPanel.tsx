import { useStore } from "../app/store.ts"
import { type ListSearch, newRecord } from "../grid/list.ts"
import type { GridModel } from "../grid/model.ts"
import { blockSize } from "../grid/rows.ts"
import { RecordPanel } from "../record/RecordPanel.tsx"

/** The record beside the list, which goes on to the ones before and after it there. */
export function DataPanel({ model, search }: { model: GridModel; search: ListSearch }) {
  useStore(model.rows.version)
  const { rec, tab } = search
  if (!rec) return null
  const place = rec === newRecord ? undefined : model.rows.placeOf(rec)
  const beside = (step: 1 | -1) => {
    const key = place === undefined ? undefined : model.rows.keyAt(place + step)
    if (place === undefined || key === undefined) return undefined
    return () => {
      model.go({ row: place + step, column: model.active.get().column })
      model.change({ rec: String(key) })
    }
  }
  return (
    <RecordPanel
      collection={model.collection}
      recordKey={rec === newRecord ? undefined : rec}
      tab={tab}
      onPrevious={beside(-1)}
      onNext={beside(1)}
      onClose={() => {
        model.change({ rec: "", tab: "" })
        model.view?.focus()
      }}
      onCreated={(key) => {
        // What one has added oneself is shown where that moves nothing out of sight; in a longer list it waits as new.
        if (model.rows.length < blockSize) model.rows.refresh()
        model.change({ rec: key })
      }}
    />
  )
}
