import { Trans } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { useRef, useSyncExternalStore } from "react"
import { type Field, keyOf, type Row, type Value } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { isolated } from "../app/words.ts"
import { relationTexts, type Shown, textOf, useShown } from "./cells/text.ts"
import { displayField, type GridColumn, isRelation } from "./columns.ts"
import type { GridModel } from "./model.ts"
import css from "./PhoneList.module.css"
import { listScroller, useAxis } from "./viewport.ts"

const height = 60

/** Records on a phone, in couplets: the name, and indented below it three of the fields shown. A tap opens one. */
export function PhoneList({ model, open }: { model: GridModel; open: string | undefined }) {
  const { columns } = useStore(model.list)
  useStore(model.rows.version)
  useStore(model.rows.failures)
  const shown = useShown()
  const scroller = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const length = model.rows.length
  const { span, axis } = useAxis(model, scroller, body, 0, length, height, height)
  const display = displayField(model.collection)
  const others = columns.filter((c) => c.field.name !== display).slice(0, 3)
  const places: number[] = []
  for (let index = span.first; index <= Math.min(span.last, length - 1); index++) places.push(index)
  return (
    <div ref={scroller} className={css.scroller} data-region data-scroll-restoration-id={listScroller}>
      <div className={css.spacer} style={{ height: axis.current?.spacer ?? length * height }}>
        <div className={css.layer}>
          <div ref={body} role="list" aria-label={model.collection.label_plural} className={css.body}>
            {places.map((index) => {
              const row = model.rows.get(index)
              const key = row && String(keyOf(model.collection, row))
              return (
                <div
                  key={index}
                  role="listitem"
                  aria-setsize={model.rows.measured ? length : -1}
                  aria-posinset={index + 1}
                  className={css.item}
                  data-mark={key && model.rows.marks.get(key)}
                  style={{ transform: `translateY(${(index - span.base) * height}px)` }}
                >
                  {!row && model.rows.isMissing(index) && (
                    <span className={css.missing}>
                      <Trans>did not load</Trans>
                    </span>
                  )}
                  {row && (
                    <Link
                      to="."
                      search={((before: object) => ({ ...before, rec: key })) as never}
                      className={css.couplet}
                      aria-current={key === open ? "true" : undefined}
                    >
                      <span className={css.first} dir="auto">
                        {nameOf(row, display, model, shown)}
                      </span>
                      <span className={css.second}>{secondLine(row, others, shown)}</span>
                    </Link>
                  )}
                </div>
              )
            })}
          </div>
        </div>
      </div>
    </div>
  )
}

function nameOf(row: Row, display: string, model: GridModel, shown: Shown): string {
  const field = model.collection.fields.find((f) => f.name === display)
  const own = field && textOf(field, row[display] as Value, row, shown)
  return row._display || own || `#${keyOf(model.collection, row)}`
}

function secondLine(row: Row, columns: readonly GridColumn[], shown: Shown): string {
  return columns
    .map(({ field }) => fieldText(field, row[field.name] as Value | undefined, row, shown))
    .filter(Boolean)
    .join(" · ")
}

function fieldText(field: Field, value: Value | undefined, row: Row, shown: Shown): string {
  if (isRelation(field.type) && value !== null && value !== undefined)
    return relationTexts(field, value, row).map(isolated).join(", ")
  return isolated(textOf(field, value, row, shown))
}

const narrow = matchMedia("(max-width: 720px)")

/** Whether the window is as narrow as a phone's. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener("change", listener)
      return () => narrow.removeEventListener("change", listener)
    },
    () => narrow.matches,
  )
}
