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

/**
 * A press makes a cell active, dragging draws a selection, a double click edits. Browsers send no click, and so no double
 * click, where what was pressed is drawn anew before it is let go: the second press and its end are followed instead.
 */
export function useGridPointer(model: GridModel) {
  const drawing = useRef(false)
  const twice = useRef<Place>(undefined)
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      const place = placeOf(event.target)
      if (!place) return
      endEdit(model)
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
    onMouseDown: (event: MouseEvent<HTMLElement>) => {
      const second = drawing.current && event.detail === 2
      twice.current = second ? placeOf(event.target) : undefined
    },
    onMouseUp: (event: MouseEvent<HTMLElement>) => {
      const place = twice.current
      twice.current = undefined
      const now = placeOf(event.target)
      if (place && now && same(place, now)) void editHere(model, place)
    },
  }
}

/** What is being edited ends as if the focus had left it: the editor is gone once another cell is the active one. */
function endEdit(model: GridModel): void {
  if (!model.editing.get()) return
  const { activeElement } = document
  if (activeElement instanceof HTMLElement && activeElement.closest("[data-editor]")) activeElement.blur()
  model.editing.set(undefined)
}

/** Edits a cell; where its row is just being read anew, once it is there. */
async function editHere(model: GridModel, place: Place): Promise<void> {
  if (!model.rows.get(place.row)) {
    await model.rows.ensure(place.row, place.row).catch(() => undefined) // the list tells what it is missing for
  }
  if (same(model.active.get(), place)) startEdit(model)
}

function same(a: Place, b: Place): boolean {
  return a.row === b.row && a.column === b.column
}
