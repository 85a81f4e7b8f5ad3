import type { Row } from "../../app/collections.ts"
import type { Shown } from "../cells/text.ts"
import type { Editing, GridModel } from "../model.ts"

export interface CellEditorProps {
  model: GridModel
  row: Row
  editing: Editing
  shown: Shown
}

export function CellEditor(_props: CellEditorProps) {
  return null
}
