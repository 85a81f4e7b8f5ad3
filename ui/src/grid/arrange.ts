// How the columns of a list are arranged: which are shown, in which order, which stay in sight, and how wide they are.
import { changePreferences } from "../app/preferences.ts"
import { tellFailure } from "../parts/toasts.ts"
import {
  type ColumnChoice,
  formatColumns,
  type GridColumn,
  leastWidth,
  mostWidth,
  ownColumns,
} from "./columns.ts"
import type { GridModel } from "./model.ts"
import { wordsOf } from "./save.ts"

/** The columns that are shown, as addresses name them. */
export function shownColumns(columns: readonly GridColumn[]): ColumnChoice[] {
  return columns.map(({ field, pinned }) => ({ field: field.name, pinned }))
}

/** Shows these columns, in this order, the pinned ones first. The view's own, or the default ones, need no address. */
export function setColumns(model: GridModel, columns: readonly ColumnChoice[]): void {
  const { view } = model.list.get()
  const written = formatColumns([...columns.filter((c) => c.pinned), ...columns.filter((c) => !c.pinned)])
  const own = formatColumns(ownColumns(model.collection, view))
  model.change({ cols: written === own ? undefined : written } as never)
}

/** A column takes the place of another one; it is pinned where that one is. */
export function moveColumn(model: GridModel, from: number, to: number): void {
  const columns = shownColumns(model.list.get().columns)
  const target = columns[to]
  const [moved] = columns.splice(from, 1)
  if (!moved || !target || from === to) return
  columns.splice(to, 0, { ...moved, pinned: target.pinned })
  setColumns(model, columns)
}

/** Pins a column, or lets it go again. */
export function pinColumn(model: GridModel, name: string, pinned: boolean): void {
  const columns = shownColumns(model.list.get().columns)
  setColumns(
    model,
    columns.map((one) => (one.field === name ? { ...one, pinned } : one)),
  )
}

/** Shows a column as the last one, or hides it. */
export function showColumn(model: GridModel, name: string, on: boolean): void {
  const columns = shownColumns(model.list.get().columns)
  setColumns(
    model,
    on ? [...columns, { field: name, pinned: false }] : columns.filter((one) => one.field !== name),
  )
}

/** A width is remembered for the reader, whatever the view. */
export function setWidth(model: GridModel, field: string, width: number): void {
  changePreferences({ columns: { [model.collection.name]: { [field]: allowed(width) } } }).catch((error) =>
    tellFailure(wordsOf(error)),
  )
}

/** The widths that a column may have. */
export const allowed = (width: number) => Math.round(Math.max(leastWidth, Math.min(width, mostWidth)))

/** As wide as the widest of the cells in sight. */
export function fitColumn(model: GridModel, place: number): void {
  const column = model.list.get().columns[place]
  if (!column) return
  const cells = document.querySelectorAll<HTMLElement>(
    `[role=gridcell][data-column="${place}"], [role=columnheader]:has([data-head="${place}"])`,
  )
  const probe = document.createElement("div")
  probe.style.cssText = "position:absolute;visibility:hidden;white-space:nowrap;width:max-content"
  document.body.append(probe)
  let widest = leastWidth
  for (const cell of cells) {
    const inner = cell.querySelector<HTMLElement>("button")?.cloneNode(true) ?? cell.cloneNode(true)
    if (inner instanceof HTMLElement) {
      inner.style.cssText = "position:static;width:max-content;max-width:none"
      probe.replaceChildren(inner)
      widest = Math.max(widest, probe.offsetWidth + 4)
    }
  }
  probe.remove()
  setWidth(model, column.field.name, Math.min(widest, 640))
}
