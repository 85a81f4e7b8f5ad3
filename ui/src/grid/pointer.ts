import { type MouseEvent, type PointerEvent, useRef } from "react"
import type { GridModel, Place } from "./model.ts"
import { startEdit } from "./start.ts"

function placeOf(target: EventTarget | null): Place | undefined {
  if (!(target instanceof Element) || target.closest("[data-editor]")) return undefined
  const cell = target.closest<HTMLElement>("[data-column]")
  const row = target.closest<HTMLElement>("[data-row]")
  if (!cell || !row) return undefined
  return { row: Number(row.dataset.row), column: Number(cell.dataset.column) }
}

/** A press makes a cell active, dragging draws a selection, a double click edits. */
export function useGridPointer(model: GridModel) {
  const drawing = useRef(false)
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      const place = placeOf(event.target)
      if (!place) return
      const again = !event.shiftKey && same(model.active.get(), place) && event.pointerType !== "mouse"
      model.go(place, event.shiftKey, false)
      if (event.pointerType === "mouse") drawing.current = true
      else if (again) startEdit(model)
      requestAnimationFrame(() => model.view?.focus())
    },
    onPointerOver: (event: PointerEvent<HTMLElement>) => {
      if (!drawing.current) return
      if (event.buttons !== 1) {
        drawing.current = false
        return
      }
      const place = placeOf(event.target)
      if (place && !same(place, model.active.get())) model.go(place, true)
    },
    onPointerUp: () => {
      drawing.current = false
    },
    onDoubleClick: (event: MouseEvent<HTMLElement>) => {
      if (placeOf(event.target)) startEdit(model)
    },
  }
}

function same(a: Place, b: Place): boolean {
  return a.row === b.row && a.column === b.column
}
