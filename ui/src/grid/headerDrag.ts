import type { DragEvent, PointerEvent } from "react"
import { useRef } from "react"
import type { Field } from "../app/collections.ts"
import { changePreferences } from "../app/preferences.ts"
import { formatColumns, type GridColumn, isSortable, leastWidth, mostWidth } from "./columns.ts"
import type { GridModel } from "./model.ts"
import { ordered, parseOrder } from "./order.ts"

/** Ascending, then descending, then not at all. */
export function toggleSort(model: GridModel, field: Field, add: boolean): void {
  if (!isSortable(field)) return
  const { order } = model.list.get()
  const part = parseOrder(order).find((one) => one.field === field.name)
  sortBy(model, field, part ? (part.down ? undefined : true) : false, add)
}

export function sortBy(model: GridModel, field: Field, down: boolean | undefined, add: boolean): void {
  model.change({ order: ordered(model.list.get().order, field.name, down, add) || undefined } as never)
}

/** Shows these columns, in this order. */
export function setColumns(model: GridModel, columns: readonly GridColumn[]): void {
  model.change({ cols: formatColumns(columns.map((c) => ({ field: c.field.name, pinned: c.pinned }))) })
}

/** A column comes before another one; it is pinned where that one is. */
export function moveColumn(model: GridModel, from: number, to: number): void {
  const columns = [...model.list.get().columns]
  const target = columns[to]
  const [moved] = columns.splice(from, 1)
  if (!moved || !target || from === to) return
  columns.splice(to, 0, { ...moved, pinned: target.pinned })
  setColumns(model, columns)
}

/** A width is remembered for the reader, whatever the view. */
export function setWidth(model: GridModel, field: string, width: number): void {
  const own = Math.round(Math.max(leastWidth, Math.min(width, mostWidth)))
  void changePreferences({ columns: { [model.collection.name]: { [field]: own } } })
}

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

export function useColumnResize(model: GridModel, column: GridColumn, place: number) {
  const start = useRef<{ x: number; width: number } | undefined>(undefined)
  const widthAt = (event: PointerEvent) => {
    const sign = document.dir === "rtl" ? -1 : 1
    return start.current ? start.current.width + sign * (event.clientX - start.current.x) : column.width
  }
  return {
    draggable: false,
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.preventDefault()
      event.stopPropagation()
      event.currentTarget.setPointerCapture(event.pointerId)
      event.currentTarget.dataset.dragging = "true"
      start.current = { x: event.clientX, width: column.width }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const head = event.currentTarget.parentElement
      if (start.current && head) head.style.width = `${Math.max(leastWidth, widthAt(event))}px`
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (!start.current) return
      delete event.currentTarget.dataset.dragging
      const width = widthAt(event)
      start.current = undefined
      if (width !== column.width) setWidth(model, column.field.name, width)
    },
    onDoubleClick: () => fitColumn(model, place),
  }
}

/** Columns are put into another order by dragging their names. */
export function useColumnDrag(model: GridModel) {
  const dragged = useRef<number | undefined>(undefined)
  return (place: number) => ({
    draggable: true,
    onDragStart: (event: DragEvent) => {
      dragged.current = place
      event.dataTransfer.effectAllowed = "move"
      event.dataTransfer.setData("text/plain", "")
    },
    onDragOver: (event: DragEvent) => {
      if (dragged.current !== undefined) event.preventDefault()
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      if (dragged.current !== undefined) moveColumn(model, dragged.current, place)
      dragged.current = undefined
    },
    onDragEnd: () => {
      dragged.current = undefined
    },
  })
}
