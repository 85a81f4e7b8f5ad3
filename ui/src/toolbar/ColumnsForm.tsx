import { Trans, useLingui } from "@lingui/react/macro"
import { Pin, PinOff } from "lucide-react"
import { useState } from "react"
import type { Field } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { type ColumnChoice, defaultColumns, formatColumns } from "../grid/columns.ts"
import type { GridModel } from "../grid/model.ts"
import { useNarrow } from "../grid/PhoneList.tsx"
import { Button } from "../parts/Button.tsx"
import { Checkbox, Finder, Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { moved, Reorder } from "../parts/Reorder.tsx"
import { capitalized } from "./filter/paths.ts"
import css from "./Toolbar.module.css"

/** The columns of a list and the height of its rows, to be changed. */
export function ColumnsForm({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const narrow = useNarrow()
  const [q, setQ] = useState("")
  const { columns, rowHeight, view } = useStore(model.list)
  const shown = columns.map(({ field, pinned }): ColumnChoice => ({ field: field.name, pinned }))
  const { fields } = model.collection
  const matches = (field: Field) => `${field.label} ${field.name}`.toLowerCase().includes(q.toLowerCase())
  const hidden = fields.filter((field) => !columns.some((c) => c.field.name === field.name) && matches(field))
  const put = (next: readonly ColumnChoice[]) => model.change({ cols: writtenColumns(model, next) } as never)
  const reset = () => model.change({ cols: undefined } as never)
  const toggle = (field: string, on: boolean) =>
    put(on ? [...shown, { field, pinned: false }] : shown.filter((one) => one.field !== field))
  return (
    <div className={css.surface}>
      <h2 className={css.title}>
        <Trans>Columns</Trans>
      </h2>
      <Finder label={t`Find a column`} value={q} onChange={setQ} autoFocus={!narrow} />
      <div className={css.scrolls}>
        <Reorder
          label={t`Columns shown`}
          onMove={(from, to) => put(movedColumn(shown, from, to))}
          items={columns
            .map((column) => ({
              id: column.field.name,
              label: capitalized(column.field.label),
              fixed: q !== "",
              column,
            }))
            .filter(({ column }) => matches(column.field))
            .map(({ column: { field, pinned }, ...item }) => ({
              ...item,
              content: (
                <>
                  <span className={css.grow}>
                    <Checkbox
                      isSelected
                      isDisabled={columns.length === 1}
                      onChange={(on) => toggle(field.name, on)}
                    >
                      {item.label}
                    </Checkbox>
                  </span>
                  <IconButton
                    icon={pinned ? PinOff : Pin}
                    size={14}
                    pressed={pinned}
                    label={t`Pin ${item.label}`}
                    onPress={() =>
                      put(shown.map((one) => (one.field === field.name ? { ...one, pinned: !pinned } : one)))
                    }
                  />
                </>
              ),
            }))}
        />
        {hidden.length > 0 && (
          <ul className={css.hiddenColumns} aria-label={t`Columns not shown`}>
            {hidden.map((field) => (
              <li key={field.name}>
                <Checkbox isSelected={false} onChange={(on) => toggle(field.name, on)}>
                  {capitalized(field.label)}
                </Checkbox>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Select
        label={t`Height of rows`}
        value={String(rowHeight)}
        onChange={(height) => {
          const own = height === String(view?.row_height ?? 32)
          model.change({ h: own ? undefined : height } as never)
        }}
        options={[
          { id: "28", label: t`Dense` },
          { id: "32", label: t`Normal` },
          { id: "44", label: t`Two lines` },
          { id: "64", label: t`With pictures` },
        ]}
      />
      <div className={css.bottom}>
        <Button kind="quiet" onPress={reset}>
          {view ? <Trans>As the view has them</Trans> : <Trans>As the schema has them</Trans>}
        </Button>
      </div>
    </div>
  )
}

/** A column that goes among pinned ones is pinned, one that leaves them is not. */
function movedColumn(shown: readonly ColumnChoice[], from: number, to: number): ColumnChoice[] {
  const target = shown[to]
  const next = shown.map((one, index) => (index === from && target ? { ...one, pinned: target.pinned } : one))
  return moved(next, from, to)
}

/** Columns as the address names them: not at all where they are the view's, or the default ones. */
function writtenColumns(model: GridModel, choices: readonly ColumnChoice[]): string | undefined {
  const { view } = model.list.get()
  const written = formatColumns([...choices.filter((c) => c.pinned), ...choices.filter((c) => !c.pinned)])
  const own = view?.columns.length
    ? view.columns.filter((c) => !c.hidden).map((c) => ({ field: c.field, pinned: c.pinned ?? false }))
    : defaultColumns(model.collection)
  return written === formatColumns(own) ? undefined : written
}
