import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { type Collection, type Field, type Key, keyOf, type Row, type Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Time } from "../parts/Time.tsx"
import { Shown } from "./fields/Shown.tsx"
import { useNames } from "./names.ts"
import { historyQuery } from "./read.ts"
import css from "./Sides.module.css"

/** Somebody else has changed what was being changed here: both versions, and which one shall be. */
export function Sides({
  collection,
  field,
  row,
  mine,
  theirs,
  label,
  onMine,
  onTheirs,
}: {
  collection: Collection
  field: Field
  row: Row
  mine: Value
  theirs: Value
  label: string
  onMine: () => void
  onTheirs: () => void
}) {
  const { t } = useLingui()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a border and a legend of its own
    <div className={css.sides} role="group" aria-label={label}>
      <Last collection={collection} row={row} field={field} />
      <div className={css.side}>
        <span className={css.label}>
          <Trans>Theirs</Trans>
        </span>
        <div className={css.version}>
          <Shown field={field} value={theirs} row={row} />
        </div>
        <Button onPress={onTheirs} aria-label={t`Take theirs: ${field.label}`}>
          <Trans>Take theirs</Trans>
        </Button>
      </div>
      <div className={css.side}>
        <span className={css.label}>
          <Trans>Mine</Trans>
        </span>
        <div className={css.version}>
          <Shown field={field} value={mine} row={row} />
        </div>
        <Button onPress={onMine} aria-label={t`Keep mine: ${field.label}`}>
          <Trans>Keep mine</Trans>
        </Button>
      </div>
    </div>
  )
}

/** Who changed the field last, and when. */
function Last({ collection, row, field }: { collection: Collection; row: Row; field: Field }) {
  const { t } = useLingui()
  const key = keyOf(collection, row)
  const { data } = useQuery({
    ...historyQuery(collection.name, key),
    queryKey: ["history", collection.name, String(key), row._v],
  })
  const last = data?.results.find((version) => field.name in version.fields)
  const name = useNames("users", last?.actor ? [last.actor as Key] : [])
  const who = last?.actor ? name(last.actor) || t`User ${last.actor}` : t`Somebody else`
  return (
    <p className={css.last}>
      {last ? (
        <Trans>
          {who} has changed this field, <Time at={last.time} relative />.
        </Trans>
      ) : (
        <Trans>Somebody else has changed this field.</Trans>
      )}
    </p>
  )
}
