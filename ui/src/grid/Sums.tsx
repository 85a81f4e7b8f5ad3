import { Plural, Trans, useLingui } from "@lingui/react/macro"
import type { Field, Value } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { Said } from "../parts/States.tsx"
import { type Shown, textOf, useShown } from "./cells/text.ts"
import css from "./Footer.module.css"
import type { GridModel } from "./model.ts"
import { useChosenSummaries, useSelectionSummary, useSummaries, useSummaryName } from "./summaries.ts"

/** What is worked out over columns, and over the cells that are selected. */
export function Sums({ model }: { model: GridModel }) {
  return (
    <>
      <ColumnSums model={model} />
      <SelectionSums model={model} />
    </>
  )
}

function ColumnSums({ model }: { model: GridModel }) {
  const { columns } = useStore(model.list)
  const chosen = useChosenSummaries(model)
  const nameOf = useSummaryName()
  const shown = useShown()
  const { data, error } = useSummaries(model)
  const summed = columns.filter(({ field }) => chosen[field.name])
  if (error && summed.length > 0) {
    return (
      <span className={css.uncounted} role="alert">
        <Trans>Not summed up.</Trans> <Said error={error} />
      </span>
    )
  }
  return summed.map(({ field }) => {
    const name = chosen[field.name] ?? ""
    const value = data?.fields[field.name]?.[name]
    return (
      <span key={field.name} className={css.sum}>
        <span className={css.name}>
          {field.label}, {nameOf(name)}
        </span>{" "}
        {value !== undefined && summaryText(field, name, value, shown)}
      </span>
    )
  })
}

/** Numbers have the digits of the API; the least and the most of days, moments and choices look as in their cells. */
function summaryText(field: Field, name: string, value: Value, shown: Shown): string {
  if (value === null) return "–"
  return name === "min" || name === "max" ? textOf(field, value, undefined, shown) : String(value)
}

function SelectionSums({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const selection = useSelectionSummary(model)
  if (!selection) return null
  const { cells, sums } = selection
  const shown = sums
    ? [
        [t`Sum`, sums.sum],
        [t`Average`, sums.avg],
        [t`Least`, sums.min],
        [t`Most`, sums.max],
      ]
    : []
  return (
    <span className={css.selection} role="status">
      <span className={css.sum}>
        <Plural value={cells} one="# cell" other="# cells" />
      </span>
      {shown.map(([name, value]) => (
        <span key={name} className={css.sum}>
          <span className={css.name}>{name}</span> {value}
        </span>
      ))}
    </span>
  )
}
