import { Trans, useLingui } from "@lingui/react/macro"
import { Check, GripVertical, SlidersHorizontal } from "lucide-react"
import { type KeyboardEvent, type ReactNode, useState } from "react"
import { IconButton } from "../parts/IconButton.tsx"
import type { FieldDef } from "./document.ts"
import { textOf } from "./document.ts"
import css from "./FieldTable.module.css"
import { isRequired } from "./fieldEdits.ts"
import { fieldTypes, relations } from "./fieldTypes.ts"
import { told, useMistakes } from "./plan.ts"
import { TypeEditor } from "./TypeEditor.tsx"
import { type Column, columns, type FieldGrid, type Move, takes } from "./useFieldGrid.ts"
import { written } from "./values.ts"

/** One field: its cells, and below them what the plan says against it. */
export function FieldRow({
  grid,
  index,
  collection,
  name,
  field,
  open,
}: {
  grid: FieldGrid
  index: number
  collection: string
  name: string
  field: FieldDef
  open: boolean
}) {
  const mistakes = useMistakes(`collections.${collection}.fields.${name}`)
  const { t } = useLingui()
  const [over, setOver] = useState(false)
  const isNew = field.id === undefined
  return (
    <>
      <tr
        aria-rowindex={index + 2}
        aria-selected={open}
        className={css.row}
        data-over={over}
        data-new={isNew}
        data-wrong={mistakes.length > 0}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes("application/x-field")) return
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          setOver(false)
          grid.move(Number(event.dataTransfer.getData("application/x-field")), index)
        }}
      >
        <th
          scope="row"
          className={css.number}
          draggable
          onDragStart={(event) => event.dataTransfer.setData("application/x-field", String(index))}
        >
          <span className={css.ordinal}>{index + 1}</span>
          <GripVertical size={14} strokeWidth={1.5} aria-hidden className={css.grip} />
        </th>
        {columns.map((column, place) => (
          <Cell key={column} grid={grid} row={index} column={place} name={name} field={field}>
            <Shown column={column} name={name} field={field} />
            {column === "name" && (
              <span className={css.options}>
                <IconButton
                  icon={SlidersHorizontal}
                  size={14}
                  label={t`Options of ${name}`}
                  keys={t`Space`}
                  excludeFromTabOrder
                  onPress={() => grid.open(index)}
                />
              </span>
            )}
          </Cell>
        ))}
      </tr>
      {mistakes.length > 0 && (
        <tr className={css.said}>
          <td />
          <td colSpan={columns.length} role="alert">
            {mistakes.map(told).join(" ")}
          </td>
        </tr>
      )}
    </>
  )
}

/** The row at the end: typing in it makes a field. */
export function NewRow({ grid, index }: { grid: FieldGrid; index: number }) {
  return (
    <tr aria-rowindex={index + 2} className={css.row}>
      <th scope="row" className={css.number} />
      <Cell grid={grid} row={index} column={0} name="">
        <span className={css.faint}>
          <Trans>New field</Trans>
        </span>
      </Cell>
      <td colSpan={columns.length - 1} />
    </tr>
  )
}

function Cell({
  grid,
  row,
  column,
  name,
  field,
  children,
}: {
  grid: FieldGrid
  row: number
  column: number
  name: string
  field?: FieldDef
  children: ReactNode
}) {
  const { active, editing } = grid
  const isActive = active.row === row && active.column === column
  const edited = editing?.row === row && editing.column === column ? editing : undefined
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table has the keys
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: it is a cell of a grid
      role="gridcell"
      data-cell={`${row}:${column}`}
      data-column={columns[column]}
      data-editing={edited !== undefined}
      tabIndex={isActive && !edited ? 0 : -1}
      onFocus={(event) => event.target === event.currentTarget && grid.activate({ row, column })}
      onClick={() => {
        if (edited) return
        const flag = column >= 2 && column <= 4
        if (flag || !field) grid.start({ row, column })
      }}
      onDoubleClick={() => !edited && grid.start({ row, column })}
    >
      {edited ? <Editor key={`${row}:${column}`} grid={grid} name={name} field={field} /> : children}
    </td>
  )
}

function Editor({ grid, name, field }: { grid: FieldGrid; name: string; field: FieldDef | undefined }) {
  const { editing } = grid
  const column = columns[editing?.column ?? 0] ?? "name"
  if (column === "type") {
    return (
      <TypeEditor
        value={field?.type ?? "char"}
        typed={editing?.typed}
        onPick={grid.pickType}
        onCancel={grid.cancel}
        onLeave={grid.leave}
      />
    )
  }
  return <TextEditor grid={grid} column={column} value={textOfCell(column, name, field)} />
}

function textOfCell(column: Column, name: string, field: FieldDef | undefined): string {
  if (!field) return ""
  if (column === "name") return name
  return column === "default" ? written(field.default) : textOf(field, "help_text")
}

function TextEditor({ grid, column, value }: { grid: FieldGrid; column: Column; value: string }) {
  const { t } = useLingui()
  const { editing } = grid
  const [typed, setTyped] = useState(editing?.typed ?? value)
  const labels: Record<string, string> = { name: t`Name`, default: t`Default`, help: t`Help` }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const moves: Record<string, Move> = { Enter: "down", Tab: event.shiftKey ? "left" : "right" }
    if (event.key === "Enter" && event.ctrlKey) return grid.commitText(typed, undefined)
    event.stopPropagation()
    if (event.key === "Escape") grid.cancel()
    else if (event.key in moves) grid.commitText(typed, moves[event.key])
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: the cell has just been opened by the person
        autoFocus
        className={css.input}
        aria-label={labels[column] ?? column}
        aria-invalid={Boolean(editing?.wrong)}
        aria-errormessage={editing?.wrong ? "field-cell-wrong" : undefined}
        spellCheck={column === "help"}
        value={typed}
        onFocus={(event) => editing?.typed === undefined && event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => grid.commitText(typed, "away")}
      />
      {editing?.wrong && (
        <p id="field-cell-wrong" role="alert" className={css.wrong}>
          {editing.wrong}
        </p>
      )}
    </>
  )
}

function Shown({ column, name, field }: { column: Column; name: string; field: FieldDef }) {
  const { t, i18n } = useLingui()
  if (!takes(field, column)) return null
  switch (column) {
    case "name":
      return <span className={css.name}>{name}</span>
    case "type": {
      const label = fieldTypes.find(({ type }) => type === field.type)?.label
      return (
        <>
          {label ? i18n._(label) : field.type}
          {relations.includes(field.type) && <span className={css.target}>{textOf(field, "to")}</span>}
        </>
      )
    }
    case "default":
      return <span className={css.mono}>{written(field.default)}</span>
    case "help":
      return <>{textOf(field, "help_text")}</>
    default: {
      const on = column === "required" ? isRequired(field) : field[column] === true
      return on ? (
        <Check size={16} strokeWidth={1.5} aria-label={t`Yes`} />
      ) : (
        <span className={css.dot} role="img" aria-label={t`No`}>
          ·
        </span>
      )
    }
  }
}
