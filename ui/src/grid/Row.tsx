import { t as say } from "@lingui/core/macro"
import { useLingui } from "@lingui/react/macro"
import { memo, type ReactNode } from "react"
import type { Row as RecordRow, Value } from "../app/collections.ts"
import { CellValue } from "./cells/CellValue.tsx"
import { type Shown, textOf } from "./cells/text.ts"
import { type GridColumn, isNumber } from "./columns.ts"
import { CellNote } from "./editors/CellNote.tsx"
import css from "./Grid.module.css"
import type { Edit, GridModel, RowEdits } from "./model.ts"
import type { Mark } from "./rows.ts"

export interface Elsewhere {
  /** Who is at a cell, by field; "" is the record as a whole. */
  [field: string]: string
}

export interface RowProps {
  model: GridModel
  index: number
  top: number
  height: number
  row: RecordRow | undefined
  /** It could not be read. */
  missing: boolean
  columns: readonly GridColumn[]
  lefts: readonly number[]
  width: number
  shown: Shown
  /** The active cell's column, where it is in this row. */
  active: number
  /** The columns that are selected in this row. */
  from: number
  to: number
  chosen: boolean
  open: boolean
  edits: RowEdits | undefined
  mark: Mark | undefined
  elsewhere: Elsewhere | undefined
  /** The editor, in the active cell. */
  editor: ReactNode
}

export const Row = memo(function Row(props: RowProps) {
  const { index, top, height, columns, chosen, open, mark, width } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className={css.row}
      style={{ transform: `translateY(${top}px)`, height, width }}
      data-chosen={chosen || undefined}
      data-open={open || undefined}
      data-mark={mark}
      data-row={index}
    >
      <NumberCell {...props} />
      {columns.map((column, place) => (
        <Cell key={column.field.name} {...props} column={column} place={place} />
      ))}
    </div>
  )
})

function NumberCell({ model, index, row, chosen, mark }: RowProps) {
  const { t } = useLingui()
  const number = index + 1
  return (
    <div role="gridcell" aria-colindex={1} className={css.number}>
      <span className={css.digits}>{number}</span>
      {row && (
        <input
          type="checkbox"
          tabIndex={-1}
          className={css.tick}
          checked={chosen}
          aria-label={t`Choose row ${number}`}
          onChange={() => model.choose(row[model.collection.key] as string | number)}
        />
      )}
      {mark && mark !== "changed" && <span className={css.hidden}>{markText(mark)}</span>}
    </div>
  )
}

function markText(mark: Mark): string {
  return mark === "gone" ? say`deleted` : mark === "left" ? say`does not match any more` : say`new`
}

function Cell(props: RowProps & { column: GridColumn; place: number }) {
  const { model, index, row, column, place, lefts, shown, active, edits, elsewhere, editor } = props
  const { t } = useLingui()
  const { field } = column
  const edit = edits?.[field.name]
  const value = edit ? edit.value : (row?.[field.name] as Value | undefined)
  const isActive = active === place
  const selected = place >= props.from && place <= props.to
  const failed = edit?.state === "failed" || edit?.state === "conflict"
  const text = failed ? edit.text : textOf(field, value, row, shown)
  const who = elsewhere?.[field.name]
  const absent = props.missing ? t`Did not load` : t`Loading`
  const said = row ? `${field.label}, ${spoken(field.type, value, text)}, ${t`row ${index + 1}`}` : absent
  return (
    <div
      role="gridcell"
      aria-colindex={place + 2}
      aria-label={
        isNamed(row, failed, isActive && editor) ? (who ? `${said}, ${t`${who} is here`}` : said) : undefined
      }
      aria-selected={selected || isActive}
      aria-invalid={failed || undefined}
      aria-readonly={!model.mayChange(row, field.name)}
      tabIndex={tabIndexOf(isActive, editor)}
      className={css.cell}
      data-column={place}
      data-end={isNumber(field.type) && !field.choices ? true : undefined}
      data-active={isActive || undefined}
      data-selected={selected || undefined}
      data-state={edit?.state}
      data-pinned={column.pinned || undefined}
      data-edge={(column.pinned && !props.columns[place + 1]?.pinned) || undefined}
      data-who={who}
      style={{ width: column.width, ...(column.pinned ? { insetInlineStart: lefts[place] } : {}) }}
    >
      <Content {...props} edit={failed ? edit : undefined} value={value} />
      {who && <span className={css.who}>{who}</span>}
      {row && failed && !(isActive && editor) && (
        <CellNote model={model} row={row} field={field} edit={edit} shown={shown} />
      )}
      {isActive && editor}
    </div>
  )
}

/** While it is edited, or tells why it was refused, a cell is called by what is in it. */
function isNamed(row: unknown, failed: boolean, editor: ReactNode): boolean {
  return !row || !(failed || editor)
}

/** The active cell is where Tab comes in; below its editor it is nothing to be reached. */
function tabIndexOf(isActive: boolean, editor: ReactNode): number | undefined {
  if (!isActive) return -1
  return editor ? undefined : 0
}

function Content({
  model,
  row,
  missing,
  place,
  column,
  shown,
  edit,
  value,
}: RowProps & { column: GridColumn; place: number; edit: Edit | undefined; value: Value | undefined }) {
  if (row === undefined && missing)
    return place === 0 ? <span className={css.missing}>{say`did not load`}</span> : null
  if (row === undefined) return <span className={css.slot} />
  if (edit)
    return (
      <span className={css.typed} dir="auto">
        {edit.text}
      </span>
    )
  return (
    <CellValue collection={model.collection} field={column.field} value={value} row={row} shown={shown} />
  )
}

function spoken(type: string, value: Value | undefined, text: string): string {
  if (value === null || value === undefined) return say`null`
  if (value === "") return say`empty`
  if (type === "boolean") return value ? say`yes` : say`no`
  return text || say`none`
}
