import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { recordsPath } from "../app/collections.ts"
import { usePreferences } from "../app/preferences.ts"
import { useStore } from "../app/store.ts"
import { Button } from "../parts/Button.tsx"
import { onDemand } from "../parts/onDemand.tsx"
import { Said } from "../parts/States.tsx"
import { formatLocale } from "../parts/Time.tsx"
import css from "./Footer.module.css"
import type { GridModel } from "./model.ts"
import type { Count } from "./read.ts"

const Sums = onDemand(() => import("./Sums.tsx").then((m) => m.Sums))

/** Below the double rule: how many there are, what has changed since, and sums. */
export function Footer({ model }: { model: GridModel }) {
  return (
    <footer className={css.footer}>
      <Counted model={model} />
      <Waiting model={model} />
      <Summed model={model} />
    </footer>
  )
}

/** Sums are worked out as soon as any are chosen, or cells are. */
function Summed({ model }: { model: GridModel }) {
  const kept = usePreferences().summaries?.[model.collection.name]
  const range = useStore(model.range)
  return kept || range ? <Sums model={model} /> : null
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
