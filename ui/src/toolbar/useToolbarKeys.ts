import { useEffect, useEffectEvent } from "react"
import { usePreferences } from "../app/preferences.ts"
import type { Store } from "../app/store.ts"
import type { GridModel } from "../grid/model.ts"
import type { FilterMode } from "./filter/FilterPopover.tsx"

/**
 * `f` in the grid writes the filter as an expression, where typing would not change the cell: in the header, and in cells
 * that the reader may not change. Ctrl+Shift+F does so everywhere on the page.
 */
export function useToolbarKeys(model: GridModel, mode: Store<FilterMode>): void {
  const { shortcuts } = usePreferences()
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const command = event.ctrlKey || event.metaKey
    const everywhere = command && event.shiftKey && event.key.toLowerCase() === "f"
    const inGrid =
      shortcuts !== false && !command && !event.shiftKey && event.key === "f" && isFree(model, event.target)
    if (!everywhere && !inGrid) return
    event.preventDefault()
    event.stopPropagation()
    mode.set("text")
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event)
    document.addEventListener("keydown", listen, true)
    return () => document.removeEventListener("keydown", listen, true)
  }, [])
}

/** Whether a letter in the grid means nothing else. */
function isFree(model: GridModel, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || !target.closest("[role=grid]") || target.closest("[data-editor]")) {
    return false
  }
  if (target.matches("input, textarea, select")) return false
  const { row, column } = model.active.get()
  const field = model.list.get().columns[column]?.field.name
  return row < 0 || !field || !model.mayChange(model.rows.get(row), field)
}
