import { Trans, useLingui } from "@lingui/react/macro"
import { X } from "lucide-react"
import { useStore } from "../app/store.ts"
import { isSortable } from "../grid/columns.ts"
import type { GridModel } from "../grid/model.ts"
import { formatOrder, type OrderPart, parseOrder } from "../grid/order.ts"
import { Button } from "../parts/Button.tsx"
import { Chooser, Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { moved, Reorder } from "../parts/Reorder.tsx"
import { changeList } from "./change.ts"
import { capitalized } from "./filter/paths.ts"
import css from "./Toolbar.module.css"

/** The fields that a list is in the order of, to be changed. */
export function SortForm({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const parts = parseOrder(useStore(model.list).order)
  const { fields, ordering } = model.collection
  const put = (next: readonly OrderPart[]) => changeList(model, "order", formatOrder(next))
  const label = (name: string) => capitalized(fields.find((field) => field.name === name)?.label ?? name)
  const free = fields.filter((field) => isSortable(field) && !parts.some((part) => part.field === field.name))
  const usual = parseOrder(ordering.join(","))
    .map(({ field, down }) => (down ? t`${label(field)}, descending` : label(field)))
    .join(", ")
  return (
    <div className={css.surface}>
      <h2 className={css.title}>
        <Trans>Sort</Trans>
      </h2>
      {parts.length === 0 && (
        <p className={css.note}>
          {usual ? <Trans>In the collection’s own order: {usual}.</Trans> : <Trans>By the key.</Trans>}
        </p>
      )}
      <Reorder
        label={t`Fields to sort by`}
        onMove={(from, to) => put(moved(parts, from, to))}
        items={parts.map((part) => ({
          id: part.field,
          label: label(part.field),
          content: (
            <>
              <span className={css.grow}>{label(part.field)}</span>
              <Select
                label={t`Direction of ${label(part.field)}`}
                hideLabel
                value={part.down ? "down" : "up"}
                onChange={(way) =>
                  put(parts.map((one) => (one === part ? { ...one, down: way === "down" } : one)))
                }
                options={[
                  { id: "up", label: t`Ascending` },
                  { id: "down", label: t`Descending` },
                ]}
              />
              <IconButton
                icon={X}
                size={14}
                label={t`Do not sort by ${label(part.field)}`}
                onPress={() => put(parts.filter((one) => one !== part))}
              />
            </>
          ),
        }))}
      />
      {free.length > 0 && (
        <Chooser
          key={parts.length}
          label={parts.length > 0 ? t`Then sort by` : t`Sort by`}
          value={null}
          autoFocus
          menuTrigger="input"
          options={free.map(({ name }) => ({ id: name, label: label(name) }))}
          onChange={(field) => field && put([...parts, { field, down: false }])}
        />
      )}
      {parts.length > 0 && (
        <div className={css.bottom}>
          <Button kind="quiet" onPress={() => put([])}>
            <Trans>Clear the order</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}
