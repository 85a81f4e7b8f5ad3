import { t } from "@lingui/core/macro"
import { lazy, Suspense } from "react"
import type { Field, Row, Value } from "../../app/collections.ts"
import type { Shown } from "../cells/text.ts"
import { isFile, isRelation } from "../columns.ts"
import type { Editing, GridModel } from "../model.ts"
import { saveCell } from "../save.ts"
import { LineEditor, LongEditor } from "./TextEditors.tsx"

const ChoiceEditor = lazy(() => import("./PickEditors.tsx").then((m) => ({ default: m.ChoiceEditor })))
const RelationEditor = lazy(() => import("./PickEditors.tsx").then((m) => ({ default: m.RelationEditor })))
const FileEditor = lazy(() => import("./FileEditor.tsx").then((m) => ({ default: m.FileEditor })))
const JsonEditor = lazy(() => import("./JsonEditor.tsx").then((m) => ({ default: m.JsonEditor })))
const DateEditor = lazy(() => import("./DateEditor.tsx").then((m) => ({ default: m.DateEditor })))

/** Where the active cell goes after an edit. */
export type Move = "stay" | "down" | "up" | "next" | "previous"

/** What an editor of a cell is given. */
export interface EditorProps {
  field: Field
  value: Value
  row: Row
  shown: Shown
  /** What typing began with, in the place of the value. */
  typed: string | undefined
  /** What was refused, to be mended. */
  refused: string | undefined
  commit: (value: Value | Blob, move: Move, text?: string) => void
  cancel: () => void
  /** Ends editing without saving: what was typed stays in the cell, to be mended, with what is wrong with it. */
  refuse: (text: string, message: string) => void
}

/** The editor of the active cell, by the type of its field. */
export function CellEditor({
  model,
  row,
  editing,
  shown,
}: {
  model: GridModel
  row: Row
  editing: Editing
  shown: Shown
}) {
  const field = model.collection.fields.find((f) => f.name === editing.field)
  if (!field) return null
  const edit = model.edits.get().get(editing.key)?.[field.name]
  const props: EditorProps = {
    field,
    value: (row[field.name] ?? null) as Value,
    row,
    shown,
    typed: editing.typed,
    refused: edit?.state === "failed" || edit?.state === "conflict" ? edit.text : undefined,
    commit: (value, move, text) => commit(model, row, field, value, move, text),
    cancel: () => {
      model.editing.set(undefined)
      model.setEdit(editing.key, field.name, undefined)
      model.view?.focus()
    },
    refuse: (text, message) => {
      model.editing.set(undefined)
      const value = (row[field.name] ?? null) as Value
      model.setEdit(editing.key, field.name, { value, text, state: "failed", message })
      model.say(t`${field.label} was not saved. ${message}`)
    },
  }
  return <Suspense fallback={<span tabIndex={-1} ref={toHere} />}>{editorOf(props)}</Suspense>
}

/** Until the editor is there, the focus waits in its place, and what is typed is heard. */
function toHere(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}

function editorOf(props: EditorProps) {
  const { field } = props
  if (field.choices) return <ChoiceEditor {...props} />
  if (isRelation(field.type) && field.to) return <RelationEditor {...props} />
  if (isFile(field.type)) return <FileEditor {...props} />
  if (field.type === "date" || field.type === "datetime") return <DateEditor {...props} />
  if (field.type === "json") return <JsonEditor {...props} />
  if (field.type === "text") return <LongEditor {...props} />
  return <LineEditor {...props} />
}

/** Ends editing, moves on, and saves. If it is refused before anything else was begun, the active cell comes back. */
function commit(model: GridModel, row: Row, field: Field, value: Value | Blob, move: Move, text?: string) {
  const editing = model.editing.get()
  if (!editing) return
  const from = model.active.get()
  model.editing.set(undefined)
  model.view?.focus()
  const to = { ...from }
  if (move === "down") to.row++
  if (move === "up") to.row = Math.max(0, to.row - 1)
  if (move === "next") to.column++
  if (move === "previous") to.column--
  if (move !== "stay") model.go(to)
  const after = model.active.get()
  void saveCell(model, { row, field, value, text, base: editing.base }).then((done) => {
    if (!done && model.active.get() === after && !model.editing.get()) model.go(from)
  })
}
