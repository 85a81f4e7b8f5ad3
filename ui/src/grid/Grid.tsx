import { useLingui } from "@lingui/react/macro"
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react"
import { keyOf } from "../app/collections.ts"
import { usePreferences } from "../app/preferences.ts"
import { useMe } from "../app/session.ts"
import { useStore } from "../app/store.ts"
import { formatLocale } from "../parts/Time.tsx"
import { ColumnMenu } from "./ColumnMenu.tsx"
import type { Shown } from "./cells/text.ts"
import { useClipboard } from "./clipboard.ts"
import { CellEditor } from "./editors/CellEditor.tsx"
import { CellNote } from "./editors/CellNote.tsx"
import css from "./Grid.module.css"
import { Header } from "./Header.tsx"
import { useGridKeys } from "./keys.ts"
import type { GridModel } from "./model.ts"
import { useGridPointer } from "./pointer.ts"
import { useElsewhere } from "./presence.ts"
import { Row } from "./Row.tsx"
import { useAxis } from "./viewport.ts"

const headHeight = 32
const numberWidth = 44

export interface GridProps {
  model: GridModel
  /** The key of the record in the panel. */
  open: string | undefined
}

/** The list itself: an ARIA grid of which only the rows in sight are drawn. */
export function Grid({ model, open }: GridProps) {
  const { t } = useLingui()
  const { columns, rowHeight } = useStore(model.list)
  const active = useStore(model.active)
  const range = useStore(model.range)
  const chosen = useStore(model.chosen)
  const edits = useStore(model.edits)
  const editing = useStore(model.editing)
  useStore(model.rows.version)
  const shown = useShown()
  const elsewhere = useElsewhere(model)
  const scroller = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const length = model.rows.length
  const { span, axis } = useAxis(model, scroller, body, headHeight, length, rowHeight)
  const [menu, setMenu] = useState<{ column: number; at: HTMLElement }>()
  const lefts = useMemo(() => leftsOf(columns.map((c) => c.width)), [columns])
  const width = numberWidth + columns.reduce((sum, c) => sum + c.width, 0)
  useRovingFocus(model, scroller)
  useGridView(model, scroller, axis, lefts)
  const onKeyDown = useGridKeys(model)
  const pointer = useGridPointer(model)
  const clipboard = useClipboard(model, shown)
  const { top, bottom, left, right } = model.rectangle()
  const places: number[] = []
  for (let index = span.first; index <= Math.min(span.last, length - 1); index++) places.push(index)
  if (active.row >= 0 && active.row < length && (active.row < span.first || active.row > span.last)) {
    places.push(active.row)
  }
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={model.collection.label_plural}
      aria-rowcount={model.rows.measured ? length + 1 : -1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      tabIndex={-1}
      className={css.grid}
      data-height={rowHeight}
      data-region
      style={{ "--thumb": rowHeight >= 64 ? "48px" : "24px" } as never}
      onKeyDown={onKeyDown}
      {...pointer}
      {...clipboard}
    >
      <div
        className={css.spacer}
        style={{ height: headHeight + (axis.current?.spacer ?? length * rowHeight), width }}
      >
        <div className={css.layer}>
          <div role="rowgroup">
            <Header
              model={model}
              columns={columns}
              lefts={lefts}
              active={active.row === -1 ? active.column : -1}
              zone={zoneName(shown)}
              onMenu={(column, at) => setMenu({ column, at })}
            />
          </div>
          <div role="rowgroup" className={css.body} ref={body}>
            {places.map((index) => {
              const row = model.rows.get(index)
              const key = row && String(keyOf(model.collection, row))
              const here = active.row === index
              const selected = range !== undefined && index >= top && index <= bottom
              const isEditing = here && key !== undefined && editing?.key === key
              return (
                <Row
                  key={index}
                  model={model}
                  index={index}
                  top={(index - span.base) * rowHeight}
                  height={rowHeight}
                  row={row}
                  columns={columns}
                  lefts={lefts}
                  width={width}
                  shown={shown}
                  active={here ? active.column : -1}
                  from={selected ? left : -1}
                  to={selected ? right : -2}
                  chosen={key !== undefined && chosen.keys.has(key) !== chosen.all}
                  open={key !== undefined && key === open}
                  edits={key === undefined ? undefined : edits.get(key)}
                  mark={key === undefined ? undefined : model.rows.marks.get(key)}
                  elsewhere={key === undefined ? undefined : elsewhere.get(key)}
                  editor={
                    isEditing && row ? (
                      <CellEditor
                        key={editing.field}
                        model={model}
                        row={row}
                        editing={editing}
                        shown={shown}
                      />
                    ) : here && row && key ? (
                      <CellNote model={model} row={row} place={active} edits={edits.get(key)} shown={shown} />
                    ) : null
                  }
                />
              )
            })}
          </div>
        </div>
      </div>
      <div className={css.hidden} role="status" aria-live="polite" aria-label={t`Messages of the list`}>
        <Said model={model} />
      </div>
      <ColumnMenu model={model} menu={menu} onClose={() => setMenu(undefined)} />
    </div>
  )
}

function Said({ model }: { model: GridModel }) {
  return <>{useStore(model.said)}</>
}

/** Locale and zone of the reader. */
function useShown(): Shown {
  const { i18n } = useLingui()
  const { time_zone } = useMe()
  const { zone } = usePreferences()
  const locale = formatLocale(i18n.locale)
  const wanted = zone || time_zone || undefined
  return useMemo(() => ({ locale, zone: wanted }), [locale, wanted])
}

function zoneName({ locale, zone }: Shown): string {
  const parts = new Intl.DateTimeFormat(locale, {
    timeZoneName: "short",
    ...(zone ? { timeZone: zone } : {}),
  }).formatToParts(new Date())
  return parts.find((part) => part.type === "timeZoneName")?.value ?? ""
}

function leftsOf(widths: readonly number[]): number[] {
  let left = numberWidth
  return widths.map((width) => {
    const own = left
    left += width
    return own
  })
}

/** The focus follows the active cell while it is in the grid, also to rows that are drawn anew. */
function useRovingFocus(model: GridModel, scroller: React.RefObject<HTMLDivElement | null>) {
  const { row, column } = useStore(model.active)
  const editing = useStore(model.editing)
  const version = useStore(model.rows.version)
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that come in may hold the active cell
  useLayoutEffect(() => {
    const grid = scroller.current
    if (!grid || editing) return
    const inside = grid.contains(document.activeElement)
    if (!inside || document.activeElement?.closest("[data-editor]")) return
    focusCell(grid, row, column)
  }, [row, column, editing, version, scroller])
}

function focusCell(grid: HTMLElement, row: number, column: number): void {
  const target =
    row < 0
      ? grid.querySelector<HTMLElement>(`[data-head="${column}"]`)
      : grid.querySelector<HTMLElement>(`[data-row="${row}"] [data-column="${column}"]`)
  target?.focus({ preventScroll: true })
}

function useGridView(
  model: GridModel,
  scroller: React.RefObject<HTMLDivElement | null>,
  axis: ReturnType<typeof useAxis>["axis"],
  lefts: readonly number[],
) {
  useEffect(() => {
    model.view = {
      get page() {
        const own = axis.current
        return own ? Math.max(1, Math.floor(own.view / own.height) - 1) : 10
      },
      reveal: ({ row, column }) => {
        axis.current?.reveal(row)
        const grid = scroller.current
        const shownColumns = model.list.get().columns
        const own = shownColumns[column]
        if (!grid || !own || own.pinned) return
        const pinned = shownColumns.reduce((sum, c) => sum + (c.pinned ? c.width : 0), numberWidth)
        const left = lefts[column] ?? 0
        const at = Math.abs(grid.scrollLeft)
        const sign = document.dir === "rtl" ? -1 : 1
        if (left < at + pinned) grid.scrollLeft = sign * (left - pinned)
        else if (left + own.width > at + grid.clientWidth) {
          grid.scrollLeft = sign * (left + own.width - grid.clientWidth)
        }
      },
      focus: () => {
        const grid = scroller.current
        const { row, column } = model.active.get()
        if (grid) focusCell(grid, row, column)
      },
    }
    return () => {
      model.view = undefined
    }
  }, [model, scroller, axis, lefts])
}
