import { Trans, useLingui } from "@lingui/react/macro"
import { Pin, PinOff } from "lucide-react"
import { useState } from "react"
import type { Field } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { moveColumn, pinColumn, showColumn } from "../grid/arrange.ts"
import type { GridModel } from "../grid/model.ts"
import { useNarrow } from "../grid/PhoneList.tsx"
import { Button } from "../parts/Button.tsx"
import { Checkbox, Finder, Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Reorder } from "../parts/Reorder.tsx"
import { capitalized } from "./filter/paths.ts"
import css from "./Toolbar.module.css"

/** The columns of a list and the height of its rows, to be changed. On a phone all records are equally high. */
export function ColumnsForm({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const narrow = useNarrow()
  const [q, setQ] = useState("")
  const { columns, rowHeight, ownHeight, view } = useStore(model.list)
  const { fields } = model.collection
  const matches = (field: Field) => `${field.label} ${field.name}`.toLowerCase().includes(q.toLowerCase())
  const hidden = fields.filter((field) => !columns.some((c) => c.field.name === field.name) && matches(field))
  const reset = () => model.change({ cols: undefined } as never)
  return (
    <div className={css.surface}>
      <h2 className={css.title}>
        <Trans>Columns</Trans>
      </h2>
      <Finder label={t`Find a column`} value={q} onChange={setQ} autoFocus={!narrow} />
      <div className={css.scrolls}>
        <Reorder
          label={t`Columns shown`}
          onMove={(from, to) => moveColumn(model, from, to)}
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
                      onChange={(on) => showColumn(model, field.name, on)}
                    >
                      {item.label}
                    </Checkbox>
                  </span>
                  <IconButton
                    icon={pinned ? PinOff : Pin}
                    size={14}
                    pressed={pinned}
                    label={t`Pin ${item.label}`}
                    onPress={() => pinColumn(model, field.name, !pinned)}
                  />
                </>
              ),
            }))}
        />
        {hidden.length > 0 && (
          <ul className={css.hiddenColumns} aria-label={t`Columns not shown`}>
            {hidden.map((field) => (
              <li key={field.name}>
                <Checkbox isSelected={false} onChange={(on) => showColumn(model, field.name, on)}>
                  {capitalized(field.label)}
                </Checkbox>
              </li>
            ))}
          </ul>
        )}
      </div>
      {!narrow && (
        <Select
          label={t`Height of rows`}
          value={String(rowHeight)}
          onChange={(height) => {
            model.change({ h: height === String(ownHeight) ? undefined : height } as never)
          }}
          options={[
            { id: "28", label: t`Dense` },
            { id: "32", label: t`Normal` },
            { id: "44", label: t`Two lines` },
            { id: "64", label: t`With pictures` },
          ]}
        />
      )}
      <div className={css.bottom}>
        <Button kind="quiet" onPress={reset}>
          {view ? <Trans>As the view has them</Trans> : <Trans>As the schema has them</Trans>}
        </Button>
      </div>
    </div>
  )
}
