import type { DragEvent, PointerEvent } from "react"
import { useRef } from "react"
import type { Field } from "../app/collections.ts"
import { allowed, fitColumn, moveColumn, setWidth } from "./arrange.ts"
import { type GridColumn, isSortable } from "./columns.ts"
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

export function useColumnResize(model: GridModel, column: GridColumn, place: number) {
  const start = useRef<{ x: number; width: number } | undefined>(undefined)
  const widthAt = (event: PointerEvent) => {
    const sign = document.dir === "rtl" ? -1 : 1
    return start.current
      ? allowed(start.current.width + sign * (event.clientX - start.current.x))
      : column.width
  }
  const end = (target: HTMLElement, width: number) => {
    delete target.dataset.dragging
    start.current = undefined
    if (target.parentElement) target.parentElement.style.width = `${width}px`
    if (width !== column.width) setWidth(model, column.field.name, width)
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
      if (start.current && head) head.style.width = `${widthAt(event)}px`
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (start.current) end(event.currentTarget, widthAt(event))
    },
    onPointerCancel: (event: PointerEvent<HTMLElement>) => {
      if (start.current) end(event.currentTarget, column.width)
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
    onDragOver: (event: DragEvent<HTMLElement>) => {
      const from = dragged.current
      if (from === undefined) return
      event.preventDefault()
      if (from !== place) event.currentTarget.dataset.over = from < place ? "end" : "start"
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      const to = event.relatedTarget
      if (!(to instanceof Node && event.currentTarget.contains(to))) delete event.currentTarget.dataset.over
    },
    onDrop: (event: DragEvent<HTMLElement>) => {
      event.preventDefault()
      delete event.currentTarget.dataset.over
      if (dragged.current !== undefined) moveColumn(model, dragged.current, place)
      dragged.current = undefined
    },
    onDragEnd: () => {
      dragged.current = undefined
    },
  })
}
