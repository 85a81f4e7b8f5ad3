import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { type Field, recordsPath, type Value } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { Button } from "../parts/Button.tsx"
import { Said } from "../parts/States.tsx"
import { formatLocale } from "../parts/Time.tsx"
import { type Shown, textOf, useShown } from "./cells/text.ts"
import css from "./Footer.module.css"
import type { GridModel } from "./model.ts"
import type { Count } from "./read.ts"
import { useChosenSummaries, useSelectionSummary, useSummaries, useSummaryName } from "./summaries.ts"

/** Below the double rule: how many there are, what has changed since, and sums. */
export function Footer({ model }: { model: GridModel }) {
  return (
    <footer className={css.footer}>
      <Counted model={model} />
      <Waiting model={model} />
      <ColumnSums model={model} />
      <SelectionSums model={model} />
    </footer>
  )
}

function Counted({ model }: { model: GridModel }) {
  const { i18n } = useLingui()
  const { filter, q } = useStore(model.list)
  const { count, exact } = useStore(model.rows.count)
  useStore(model.rows.version)
  const changes = useStore(model.changes)
  const chosen = useStore(model.chosen)
  const narrowed = filter !== "" || q !== ""
  const all = useQuery({
    queryKey: ["count", model.collection.name, changes],
    queryFn: ({ signal }) =>
      client.get<Count>(`${recordsPath(model.collection.name)}count/`, {
        query: { deadline_ms: 5000 },
        signal,
      }),
    enabled: narrowed,
  }).data
  const format = (n: number) => n.toLocaleString(formatLocale(i18n.locale))
  useStore(model.rows.failures)
  const uncounted = useStore(model.rows.counting.failure)
  const known = model.rows.measured ? model.rows.length : count
  if (model.rows.failed) return null
  if (known === null && uncounted !== undefined) {
    return (
      <span className={css.uncounted} role="alert">
        <Trans>Not counted.</Trans> <Said error={uncounted} />
        <Button kind="quiet" onPress={() => void model.rows.measure()}>
          <Trans>Count again</Trans>
        </Button>
      </span>
    )
  }
  if (known === null) {
    return (
      <span className={css.count}>
        <Trans>counting</Trans>
      </span>
    )
  }
  const shown = exact || model.rows.measured ? format(known) : undefined
  const selected = chosen.all ? known - chosen.keys.size : chosen.keys.size
  return (
    <span className={css.count}>
      {shown === undefined ? (
        <Trans>about {format(known)}</Trans>
      ) : narrowed && all?.count != null ? (
        <Trans>
          {shown} of {format(all.count)}
        </Trans>
      ) : (
        <Plural value={known} one={`${shown} record`} other={`${shown} records`} />
      )}
      {selected > 0 && (
        <>
          {" · "}
          <Trans>{format(selected)} chosen</Trans>
        </>
      )}
    </span>
  )
}

/** What others did and what would move rows waits here until it is asked for. */
function Waiting({ model }: { model: GridModel }) {
  const arrived = useStore(model.rows.arrived)
  const outdated = useStore(model.rows.outdated)
  useStore(model.rows.version)
  const gone = [...model.rows.marks.values()].filter((mark) => mark !== "changed").length
  if (arrived.size === 0 && gone === 0 && !outdated) return null
  return (
    <Button kind="quiet" onPress={() => model.refresh()}>
      {arrived.size > 0 ? (
        <Plural value={arrived.size} one="# new" other="# new" />
      ) : gone > 0 ? (
        <Plural value={gone} one="# is out of the list" other="# are out of the list" />
      ) : (
        <Trans>The list has changed</Trans>
      )}
      {" · "}
      <Trans>Refresh</Trans>
    </Button>
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
