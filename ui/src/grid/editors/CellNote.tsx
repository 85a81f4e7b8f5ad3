import type { Row } from "../../app/collections.ts"
import type { Shown } from "../cells/text.ts"
import type { GridModel, Place, RowEdits } from "../model.ts"

export function CellNote(_props: {
  model: GridModel
  row: Row
  place: Place
  edits: RowEdits | undefined
  shown: Shown
}) {
  return null
}
