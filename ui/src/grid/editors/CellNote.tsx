import { Trans, useLingui } from "@lingui/react/macro"
import type { Field, Row, Value } from "../../app/collections.ts"
import { Button } from "../../parts/Button.tsx"
import { type Shown, textOf } from "../cells/text.ts"
import type { Edit, GridModel } from "../model.ts"
import { saveCell } from "../save.ts"
import css from "./Editors.module.css"

/** Below a cell that was refused: the server's words. Where somebody else was first, both sides. */
export function CellNote({
  model,
  row,
  field,
  edit,
  shown,
}: {
  model: GridModel
  row: Row
  field: Field
  edit: Edit
  shown: Shown
}) {
  const { t } = useLingui()
  const key = row[model.collection.key] as string | number
  return (
    <div data-editor className={css.note} ref={turn}>
      {edit.message}
      {edit.state === "conflict" && (
        <dl className={css.sides}>
          <dt>
            <Trans>Yours</Trans>
          </dt>
          <dd dir="auto">{edit.text || t`null`}</dd>
          <Button
            onPress={() => {
              void saveCell(model, { row, field, value: edit.value, text: edit.text, overwrite: true })
              model.view?.focus()
            }}
          >
            <Trans>Keep mine</Trans>
          </Button>
          <dt>
            <Trans>Theirs</Trans>
          </dt>
          <dd dir="auto">{textOf(field, edit.theirs as Value, row, shown) || t`null`}</dd>
          <Button
            onPress={() => {
              model.setEdit(key, field.name, undefined)
              model.view?.focus()
            }}
          >
            <Trans>Take theirs</Trans>
          </Button>
        </dl>
      )}
    </div>
  )
}

function turn(element: HTMLElement | null) {
  const cell = element?.parentElement?.getBoundingClientRect()
  const grid = element?.closest("[role=grid]")?.getBoundingClientRect()
  if (element && cell && grid && grid.bottom - cell.bottom < 80) element.dataset.up = "true"
}
