import { useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { Toolbar as AriaToolbar } from "react-aria-components"
import { createStore } from "../app/store.ts"
import type { GridModel } from "../grid/model.ts"
import { ColumnsPopover } from "./ColumnsPopover.tsx"
import { FilterBar } from "./filter/FilterBar.tsx"
import type { FilterMode } from "./filter/FilterPopover.tsx"
import { SortPopover } from "./SortPopover.tsx"
import css from "./Toolbar.module.css"
import { useToolbarKeys } from "./useToolbarKeys.ts"

/** The bar above the grid: how the list is filtered and sorted, what of it is shown, and what can be done with it. */
export function Toolbar({ model }: { model: GridModel }) {
  const [mode] = useState(() => createStore<FilterMode>(undefined))
  useToolbarKeys(model, mode)
  return <ListBar model={model} mode={mode} />
}

function ListBar({ model, mode }: { model: GridModel; mode: ReturnType<typeof createStore<FilterMode>> }) {
  const { t } = useLingui()
  return (
    <section className={css.bar} aria-label={t`List`}>
      <FilterBar model={model} mode={mode} />
      <AriaToolbar className={css.tools ?? ""} aria-label={t`How the list is shown`}>
        <SortPopover model={model} />
        <ColumnsPopover model={model} />
      </AriaToolbar>
    </section>
  )
}
