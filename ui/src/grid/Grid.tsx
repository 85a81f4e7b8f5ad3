import { useLingui } from "@lingui/react/macro"
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react"
import { keyOf } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { onDemand } from "../parts/onDemand.tsx"
import { type Shown, useShown } from "./cells/text.ts"
import { useClipboard } from "./clipboard.ts"
import { CellEditor } from "./editors/CellEditor.tsx"
import css from "./Grid.module.css"
import { Header } from "./Header.tsx"
import { useGridKeys } from "./keys.ts"
import type { GridModel } from "./model.ts"
import { useGridPointer } from "./pointer.ts"
import { useElsewhere } from "./presence.ts"
import { Row } from "./Row.tsx"
import { listScroller, useAxis } from "./viewport.ts"

const headHeight = 32

const ColumnMenu = onDemand(() => import("./ColumnMenu.tsx").then((m) => m.ColumnMenu))

/** The column of row numbers has room for all of their digits. */
const widthOfNumbers = (length: number) => (length < 100_000 ? 44 : 60)

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
  useStore(model.rows.failures)
  const shown = useShown()
  const elsewhere = useElsewhere(model)
  const scroller = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const length = model.rows.length
  const { span, axis } = useAxis(model, scroller, body, headHeight, length, rowHeight)
  const [menu, setMenu] = useState<{ column: number; at: HTMLElement }>()
  const closeMenu = () => {
    setMenu(undefined)
    requestAnimationFrame(() => {
      // The column that the menu was of may be hidden by now, and the focus would be nowhere.
      if (document.activeElement === document.body) model.view?.focus()
    })
  }
  const numberWidth = widthOfNumbers(length)
  const lefts = useMemo(
    () =>
      leftsOf(
        numberWidth,
        columns.map((c) => c.width),
      ),
    [columns, numberWidth],
  )
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
    <>
      <div
        ref={scroller}
        role="grid"
        data-scroll-restoration-id={listScroller}
        aria-label={model.collection.label_plural}
        aria-rowcount={model.rows.measured ? length + 1 : -1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        tabIndex={-1}
        className={css.grid}
        data-height={rowHeight}
        data-region
        style={{ "--thumb": rowHeight >= 64 ? "48px" : "24px", "--number": `${numberWidth}px` } as never}
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
                    missing={row === undefined && model.rows.isMissing(index)}
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
                      ) : null
                    }
                  />
                )
              })}
            </div>
          </div>
        </div>
      </div>
      <div className={css.hidden} role="status" aria-live="polite" aria-label={t`Messages of the list`}>
        <Said model={model} />
      </div>
      {menu && <ColumnMenu model={model} menu={menu} onClose={closeMenu} />}
    </>
  )
}

function Said({ model }: { model: GridModel }) {
  return <>{useStore(model.said)}</>
}

function zoneName({ locale, zone }: Shown): string {
  const parts = new Intl.DateTimeFormat(locale, {
    timeZoneName: "short",
    ...(zone ? { timeZone: zone } : {}),
  }).formatToParts(new Date())
  return parts.find((part) => part.type === "timeZoneName")?.value ?? ""
}

function leftsOf(start: number, widths: readonly number[]): number[] {
  let left = start
  return widths.map((width) => {
    const own = left
    left += width
    return own
  })
}

/** The focus follows the active cell while it is in the grid, also where the row that had it is not drawn any more. */
function useRovingFocus(model: GridModel, scroller: React.RefObject<HTMLDivElement | null>) {
  const { row, column } = useStore(model.active)
  const editing = useStore(model.editing)
  const had = document.activeElement
  const inside = had !== null && (scroller.current?.contains(had) ?? false)
  useLayoutEffect(() => {
    const grid = scroller.current
    if (!grid || editing || !inside) return
    const now = document.activeElement
    const lost = now === null || now === document.body || !grid.contains(had)
    if (lost || now === grid || now.matches("[data-column], [data-head]")) focusCell(grid, row, column)
  })
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
        const pinned = shownColumns.reduce(
          (sum, c) => sum + (c.pinned ? c.width : 0),
          widthOfNumbers(model.rows.length),
        )
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
