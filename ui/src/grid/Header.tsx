import { useLingui } from "@lingui/react/macro"
import {
  ArrowDown,
  ArrowUp,
  Binary,
  Braces,
  Calendar,
  Clock,
  Hash,
  Image,
  Link2,
  List,
  type LucideIcon,
  Paperclip,
  Text,
  ToggleLeft,
} from "lucide-react"
import type { FieldType } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { type GridColumn, isNumber } from "./columns.ts"
import css from "./Grid.module.css"
import { toggleSort, useColumnDrag, useColumnResize } from "./headerDrag.ts"
import type { GridModel } from "./model.ts"
import { parseOrder } from "./order.ts"

const icons: Partial<Record<FieldType, LucideIcon>> = {
  boolean: ToggleLeft,
  date: Calendar,
  datetime: Clock,
  time: Clock,
  duration: Clock,
  json: Braces,
  file: Paperclip,
  image: Image,
  foreign_key: Link2,
  one_to_one: Link2,
  many_to_many: Link2,
  uuid: Binary,
}

export function iconOf(column: GridColumn): LucideIcon {
  if (column.field.choices) return List
  return icons[column.field.type] ?? (isNumber(column.field.type) ? Hash : Text)
}

interface Props {
  model: GridModel
  columns: readonly GridColumn[]
  lefts: readonly number[]
  active: number
  zone: string
  onMenu: (column: number, at: HTMLElement) => void
}

/** The row of names: a click or Enter opens a column's menu, Shift with a click sorts. */
export function Header({ model, columns, lefts, active, zone, onMenu }: Props) {
  const { t } = useLingui()
  const { order } = useStore(model.list)
  const chosen = useStore(model.chosen)
  const parts = parseOrder(order || model.collection.ordering.join(","))
  const drag = useColumnDrag(model)
  return (
    <div role="row" aria-rowindex={1} className={css.head}>
      <div role="columnheader" aria-colindex={1} className={css.headNumber}>
        <input
          type="checkbox"
          tabIndex={-1}
          className={css.tick}
          aria-label={t`Choose all that match`}
          checked={chosen.all && chosen.keys.size === 0}
          ref={(input) => {
            if (input) input.indeterminate = chosen.keys.size > 0
          }}
          onChange={(event) => model.chooseAll(event.target.checked)}
        />
        <span aria-hidden>#</span>
      </div>
      {columns.map((column, place) => {
        const { field } = column
        const at = parts.findIndex((part) => part.field === field.name)
        const part = parts[at]
        const Icon = iconOf(column)
        const Arrow = part?.down ? ArrowDown : ArrowUp
        const zoned = field.type === "datetime"
        return (
          <div
            key={field.name}
            role="columnheader"
            aria-colindex={place + 2}
            aria-sort={part ? (part.down ? "descending" : "ascending") : undefined}
            className={css.headCell}
            data-pinned={column.pinned || undefined}
            data-edge={(column.pinned && !columns[place + 1]?.pinned) || undefined}
            style={{ width: column.width, ...(column.pinned ? { insetInlineStart: lefts[place] } : {}) }}
            {...drag(place)}
          >
            <button
              type="button"
              className={css.headButton}
              data-end={isNumber(field.type) && !field.choices ? true : undefined}
              data-head={place}
              tabIndex={active === place ? 0 : -1}
              aria-haspopup="menu"
              title={[field.label, zoned && zone, field.help_text].filter(Boolean).join(" · ")}
              onClick={(event) =>
                event.shiftKey ? toggleSort(model, field, true) : onMenu(place, event.currentTarget)
              }
            >
              <Icon size={14} strokeWidth={1.5} aria-hidden />
              <span className={css.headText} dir="auto">
                {field.label}
                {zoned && <span className={css.zone}> {zone}</span>}
              </span>
              {part && (
                <>
                  <Arrow size={14} strokeWidth={1.5} aria-hidden />
                  {parts.length > 1 && <span className={css.zone}>{at + 1}</span>}
                </>
              )}
            </button>
            <Resizer model={model} column={column} place={place} />
          </div>
        )
      })}
    </div>
  )
}

function Resizer({ model, column, place }: { model: GridModel; column: GridColumn; place: number }) {
  const handlers = useColumnResize(model, column, place)
  return <div className={css.resize} aria-hidden {...handlers} />
}
