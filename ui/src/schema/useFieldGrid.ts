import { useLingui } from "@lingui/react/macro"
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react"
import { flushSync } from "react-dom"
import type { FieldDef } from "./document.ts"
import { nameFor, withMember } from "./document.ts"
import {
  addField,
  changeField,
  isRequired,
  moveField,
  withNull,
  withRequired,
  withType,
} from "./fieldEdits.ts"
import { dropField, renameField } from "./names.ts"
import type { Picked } from "./TypeEditor.tsx"
import { read } from "./values.ts"
import { useWork } from "./work.ts"

export const columns = ["name", "type", "required", "null", "unique", "default", "help"] as const
export type Column = (typeof columns)[number]
/** Where the focus goes after an edit: along the table, nowhere, or it has gone away from the table already. */
export type Move = "down" | "right" | "left" | "away" | undefined

export interface Place {
  row: number
  column: number
}

export interface Editing extends Place {
  typed: string | undefined
  wrong?: string
}

export interface FieldGrid {
  ref: RefObject<HTMLTableElement | null>
  active: Place
  editing: Editing | undefined
  activate: (place: Place) => void
  start: (place: Place, typed?: string) => void
  startNew: () => void
  cancel: () => void
  leave: () => void
  commitText: (typed: string, move: Move) => void
  pickType: (picked: Picked, move: Move) => void
  toggle: (row: number, column: Column) => void
  move: (from: number, to: number) => void
  open: (row: number) => void
  onKeyDown: (event: KeyboardEvent) => void
}

/** Whether a cell is there at all: links of many to many are no column, and what has a value by itself is never required. */
export function takes(field: FieldDef | undefined, column: Column): boolean {
  if (!field) return column === "name"
  const given = field.default !== undefined || field.auto_now === true || field.auto_now_add === true
  if (column === "required" && given) return false
  return field.type !== "many_to_many" || !["null", "unique", "default"].includes(column)
}

/** The state of the table of fields: the active cell, the one that is edited, and what the keys do. */
export function useFieldGrid({
  collection,
  fields,
  onOpen,
}: {
  collection: string
  fields: readonly [string, FieldDef][]
  onOpen: (field: string | undefined) => void
}): FieldGrid {
  const { t } = useLingui()
  const work = useWork()
  const ref = useRef<HTMLTableElement>(null)
  const empty = fields.length === 0
  const [active, setActive] = useState<Place>({ row: 0, column: 0 })
  const [editing, setEditing] = useState<Editing | undefined>(
    empty ? { row: 0, column: 0, typed: undefined } : undefined,
  )
  const last = fields.length
  useEffect(() => {
    if (empty) ref.current?.querySelector("input")?.focus()
  }, [empty])

  const go = (place: Place) => {
    flushSync(() => {
      setEditing(undefined)
      setActive(place)
    })
    ref.current?.querySelector<HTMLElement>(`[data-cell="${place.row}:${place.column}"]`)?.focus()
  }
  const after = (place: Place, move: Move, rows = last): Place => {
    if (move === "down")
      return { row: Math.min(rows, place.row + 1), column: place.row + 1 >= rows ? 0 : place.column }
    if (move === "right") return { row: place.row, column: Math.min(columns.length - 1, place.column + 1) }
    if (move === "left") return { row: place.row, column: Math.max(0, place.column - 1) }
    return place
  }
  const change = (row: number, with_: (field: FieldDef) => FieldDef) => {
    const name = fields[row]?.[0]
    if (name !== undefined) work.edit((document) => changeField(document, collection, name, with_))
  }
  const finish = (place: Place, move: Move, rows = last) =>
    move === "away" ? setEditing(undefined) : go(after(place, move, rows))
  const fail = (wrong: string, typed: string) => editing && setEditing({ ...editing, typed, wrong })

  const commitName = (row: number, typed: string, move: Move) => {
    const name = nameFor(typed)
    const had = fields[row]?.[0]
    if (!name && move === "away") return setEditing(undefined)
    if (!name) return had === undefined ? go({ row, column: 0 }) : fail(t`A field needs a name.`, typed)
    if (name !== had && fields.some(([other]) => other === name))
      return fail(t`There is a field ${name} already.`, typed)
    if (had === undefined) work.edit((document) => addField(document, collection, name, { type: "char" }))
    else if (name !== had) work.edit((document) => renameField(document, collection, had, name))
    const rows = had === undefined ? last + 1 : last
    if (had === undefined && move === "down") start(after({ row, column: 0 }, move, rows), undefined, rows)
    else finish({ row, column: 0 }, move, rows)
  }
  const start = (place: Place, typed?: string, rows = last) => {
    const column = columns[place.column]
    const field = place.row < rows ? fields[place.row]?.[1] : undefined
    if (!column || !takes(field, column)) return
    if (column === "required" || column === "null" || column === "unique")
      return grid.toggle(place.row, column)
    setActive(place)
    setEditing({ ...place, typed })
  }
  const remove = (row: number) => {
    const name = fields[row]?.[0]
    if (name === undefined) return
    work.edit((document) => dropField(document, collection, name))
    onOpen(undefined)
    go({ row: Math.max(0, Math.min(row, last - 2)), column: active.column })
  }
  const grid: FieldGrid = {
    ref,
    active,
    editing,
    activate: setActive,
    start,
    startNew: () => {
      // Where a new field is being typed, it has kept the focus: had it been left, the button would have moved away.
      const typed = ref.current?.querySelector<HTMLInputElement>("[data-editing=true] input")?.value
      if (editing?.row === last && typed?.trim()) commitName(last, typed, "down")
      else start({ row: last, column: 0 })
    },
    cancel: () => go(active),
    leave: () => setEditing(undefined),
    commitText: (typed, move) => {
      if (!editing) return
      const { row } = editing
      const column = columns[editing.column]
      if (column === "name") return commitName(row, typed, move)
      if (column === "help") change(row, (field) => withMember(field, "help_text", typed.trim() || undefined))
      if (column === "default") {
        const type = fields[row]?.[1].type ?? "char"
        const got = read(type, typed)
        if (!got) return fail(t`It is no value of this type.`, typed)
        change(row, (field) => withMember(field, "default", got.value))
      }
      finish(editing, move)
    },
    pickType: ({ type, to }, move) => {
      if (!editing) return
      change(editing.row, (field) => withType(field, type, to))
      go(after(editing, move))
    },
    toggle: (row, column) =>
      change(row, (field) => {
        if (column === "required") return withRequired(field, !isRequired(field))
        if (column === "null") return withNull(field, field.null !== true)
        return withMember(field, "unique", field.unique === true ? undefined : true)
      }),
    move: (from, to) => {
      if (to < 0 || to >= last) return
      work.edit((document) => moveField(document, collection, from, to))
      go({ row: to, column: active.column })
    },
    open: (row) => onOpen(fields[row]?.[0]),
    onKeyDown: (event) => {
      if (editing) return
      const handled = onKey(event, active, last, grid, remove, go)
      if (handled) {
        event.preventDefault()
        event.stopPropagation()
      }
    },
  }
  return grid
}

function onKey(
  event: KeyboardEvent,
  active: Place,
  last: number,
  grid: FieldGrid,
  remove: (row: number) => void,
  go: (place: Place) => void,
): boolean {
  const { row, column } = active
  const { key } = event
  if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) {
    if (row < last) grid.move(row, row + (key === "ArrowUp" ? -1 : 1))
    return true
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const to = target(key, active, last)
  if (to) {
    go(to)
    return true
  }
  if (key === "Enter" || key === "F2") grid.start(active)
  else if (key === " ") {
    const flag = column >= 2 && column <= 4
    if (flag || row === last) grid.start(active)
    else grid.open(row)
  } else if (key === "Delete") remove(row)
  else if (key.length === 1 && ![2, 3, 4].includes(column)) grid.start(active, key)
  else return false
  return true
}

function target(key: string, { row, column }: Place, last: number): Place | undefined {
  const end = columns.length - 1
  switch (key) {
    case "ArrowDown":
      return { row: Math.min(last, row + 1), column: row + 1 >= last ? 0 : column }
    case "ArrowUp":
      return { row: Math.max(0, row - 1), column }
    case "ArrowRight":
      return { row, column: row === last ? 0 : Math.min(end, column + 1) }
    case "ArrowLeft":
      return { row, column: Math.max(0, column - 1) }
    case "Home":
      return { row, column: 0 }
    case "End":
      return { row, column: row === last ? 0 : end }
    default:
      return undefined
  }
}
