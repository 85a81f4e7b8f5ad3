import { t } from "@lingui/core/macro"
import type { KeyboardEvent } from "react"
import { keyOf } from "../app/collections.ts"
import { usePreferences } from "../app/preferences.ts"
import { tellFailure } from "../parts/toasts.ts"
import { clearCells, fillDown } from "./commands.ts"
import { redo, undo } from "./history.ts"
import { newRecord } from "./list.ts"
import type { GridModel, Place } from "./model.ts"
import { wordsOf } from "./save.ts"
import { startEdit } from "./start.ts"

/** The keys of the grid while nothing is edited. Editors keep theirs to themselves. */
export function useGridKeys(model: GridModel) {
  const { shortcuts } = usePreferences()
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return
    const target = event.target as HTMLElement
    if (target.closest("[data-editor]") || !event.currentTarget.contains(target)) return
    if (typedAhead(model, event)) return event.preventDefault()
    const handled =
      event.ctrlKey || event.metaKey ? commands(model, event) : plain(model, event, shortcuts !== false)
    if (handled) event.preventDefault()
  }
}

/** While the editor of the active cell is still on its way, what is typed is kept for it, and no key does anything else. */
function typedAhead(model: GridModel, event: KeyboardEvent): boolean {
  const editing = model.editing.get()
  if (!editing || editing.key !== String(model.rows.keyAt(model.active.get().row))) return false
  const { typed } = editing
  if (event.key === "Escape") model.editing.set(undefined)
  else if (typed === undefined)
    return true // it is to begin with the value as it is
  else if (event.key === "Backspace") model.editing.set({ ...editing, typed: typed.slice(0, -1) })
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    model.editing.set({ ...editing, typed: typed + event.key })
  }
  return true
}

function plain(model: GridModel, event: KeyboardEvent, letters: boolean): boolean {
  const { row, column } = model.active.get()
  const extend = event.shiftKey
  const go = (place: Partial<Place>) => {
    model.go({ row, column, ...place }, extend)
    return true
  }
  if (event.key === "Enter" && event.shiftKey) return startRecord(model)
  const forward = document.dir === "rtl" ? -1 : 1
  switch (event.key) {
    case "ArrowUp":
      return go({ row: row - 1 })
    case "ArrowDown":
      return go({ row: row + 1 })
    case "ArrowLeft":
      return go({ column: column - forward })
    case "ArrowRight":
      return go({ column: column + forward })
    case "Home":
      return go({ column: 0 })
    case "End":
      return go({ column: Number.MAX_SAFE_INTEGER })
    case "PageUp":
      return go({ row: Math.max(0, row - (model.view?.page ?? 10)) })
    case "PageDown":
      return go({ row: row + (model.view?.page ?? 10) })
  }
  if (row < 0) return false
  return onCell(model, event, letters)
}

function onCell(model: GridModel, event: KeyboardEvent, letters: boolean): boolean {
  const record = model.rows.get(model.active.get().row)
  switch (event.key) {
    case "Enter":
    case "F2":
      startEdit(model)
      return true
    case "Delete":
    case "Backspace":
      void clearCells(model)
      return true
    case " ":
      if (!record) return true
      if (event.shiftKey) model.choose(keyOf(model.collection, record))
      else openRecord(model)
      return true
    case "Escape":
      return giveUp(model)
  }
  if (event.key.length !== 1 || event.altKey || !letters) return false
  return startEdit(model, event.key)
}

function commands(model: GridModel, event: KeyboardEvent): boolean {
  const { row, column } = model.active.get()
  const extend = event.shiftKey
  switch (event.key) {
    case "Home":
    case "ArrowUp":
      model.go({ row: 0, column: event.key === "Home" ? 0 : column }, extend)
      return true
    case "End":
    case "ArrowDown":
      model.rows.last().then(
        (last) =>
          model.go({ row: last, column: event.key === "End" ? Number.MAX_SAFE_INTEGER : column }, extend),
        (error) => tellFailure(t`The end of the list was not found. ${wordsOf(error)}`),
      )
      return true
    case "ArrowLeft":
      model.go({ row, column: 0 }, extend)
      return true
    case "ArrowRight":
      model.go({ row, column: Number.MAX_SAFE_INTEGER }, extend)
      return true
  }
  switch (event.key.toLowerCase()) {
    case "a":
      model.chooseAll(true)
      return true
    case "d":
      void fillDown(model)
      return true
    case "z":
      void (event.shiftKey ? redo(model) : undo(model))
      return true
    case "y":
      void redo(model)
      return true
  }
  return false
}

/** Shows the active record in the panel. */
export function openRecord(model: GridModel): void {
  const key = model.rows.keyAt(model.active.get().row)
  if (key !== undefined) model.change({ rec: String(key) }, { push: true })
}

/** Opens the panel for a record that is to be made. False where the reader may not make one. */
export function startRecord(model: GridModel): boolean {
  if (model.collection.add === "none") return false
  model.change({ rec: newRecord, tab: "" }, { push: true })
  return true
}

/** Escape: what was refused is given up, else the selection ends. */
function giveUp(model: GridModel): boolean {
  const { row, column } = model.active.get()
  const key = model.rows.keyAt(row)
  const field = model.list.get().columns[column]?.field.name
  if (key !== undefined && field && model.edits.get().get(String(key))?.[field]) {
    model.setEdit(key, field, undefined)
    return true
  }
  if (!model.range.get()) return false
  model.range.set(undefined)
  return true
}
