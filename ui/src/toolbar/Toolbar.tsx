import { useLingui } from "@lingui/react/macro"
import { lazy, Suspense, useState } from "react"
import { Toolbar as AriaToolbar } from "react-aria-components"
import { createStore, type Store, useStore } from "../app/store.ts"
import type { GridModel } from "../grid/model.ts"
import { useNarrow } from "../grid/PhoneList.tsx"
import { workingOf } from "./bulk/behind.ts"
import { ColumnsPopover } from "./ColumnsPopover.tsx"
import { FilterBar } from "./filter/FilterBar.tsx"
import type { FilterMode } from "./filter/FilterPopover.tsx"
import { MoreMenu } from "./MoreMenu.tsx"
import { SearchField } from "./SearchField.tsx"
import { SortPopover } from "./SortPopover.tsx"
import css from "./Toolbar.module.css"
import { useToolbarKeys } from "./useToolbarKeys.ts"
import { ViewNotice } from "./views/ViewNotice.tsx"

const BulkBar = lazy(() => import("./bulk/BulkBar.tsx").then((m) => ({ default: m.BulkBar })))
const BulkWorking = lazy(() => import("./bulk/BulkWorking.tsx").then((m) => ({ default: m.BulkWorking })))

/** The bar above the grid: how the list is filtered and sorted, what of it is shown, and what can be done with it. */
export function Toolbar({ model }: { model: GridModel }) {
  const [mode] = useState(() => createStore<FilterMode>(undefined))
  useToolbarKeys(model, mode)
  const { all, keys } = useStore(model.chosen)
  const undoing = useStore(workingOf(model))?.deed === "undoing"
  return (
    <>
      {undoing ? (
        <section className={css.bar} data-bulk>
          <Suspense>
            <BulkWorking model={model} line />
          </Suspense>
        </section>
      ) : all || keys.size > 0 ? (
        <Suspense fallback={<section className={css.bar} data-bulk />}>
          <BulkBar model={model} />
        </Suspense>
      ) : (
        <ListBar model={model} mode={mode} />
      )}
      <ViewNotice model={model} />
    </>
  )
}

function ListBar({ model, mode }: { model: GridModel; mode: Store<FilterMode> }) {
  const { t } = useLingui()
  const narrow = useNarrow()
  if (narrow) {
    return (
      <section className={css.bar} data-narrow aria-label={t`List`}>
        <SearchField model={model} />
        <FilterBar model={model} mode={mode} />
        <MoreMenu model={model} narrow />
      </section>
    )
  }
  return (
    <section className={css.bar} aria-label={t`List`}>
      <FilterBar model={model} mode={mode} />
      <AriaToolbar className={css.tools ?? ""} aria-label={t`How the list is shown`}>
        <SortPopover model={model} />
        <ColumnsPopover model={model} />
        <MoreMenu model={model} />
      </AriaToolbar>
    </section>
  )
}
