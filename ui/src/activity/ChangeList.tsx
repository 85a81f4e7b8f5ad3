import { Trans, useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { ArrowRight } from "lucide-react"
import { Fragment } from "react"
import { useMe } from "../app/session.ts"
import { isolated } from "../app/words.ts"
import css from "./Activity.module.css"
import type { Change } from "./api.ts"
import { useNames } from "./names.ts"
import type { Names } from "./Sentence.tsx"
import { ShownValue } from "./ShownValue.tsx"

/** Every change with what was there before and after. */
export function ChangeList({ changes }: { changes: Change[] }) {
  const keys = new Map<string, string[]>()
  for (const { collection, key } of changes) {
    if (collection && key) keys.set(collection, [...(keys.get(collection) ?? []), key])
  }
  const names = useNames(keys)
  return (
    <ol className={css.changes}>
      {changes.map((change) => (
        <li key={change.cursor} className={css.change}>
          <p className={css.record}>
            <What change={change} names={names} />
          </p>
          <Fields change={change} />
        </li>
      ))}
    </ol>
  )
}

function What({ change, names }: { change: Change; names: Names }) {
  const record = (
    <RecordLink
      collection={change.collection}
      recordKey={change.key}
      names={names}
      gone={change.op === "delete"}
    />
  )
  switch (change.op) {
    case "create":
      return <Trans>Added: {record}</Trans>
    case "update":
      return <Trans>Changed: {record}</Trans>
    case "delete":
      return <Trans>Deleted: {record}</Trans>
    case "schema":
      return <Trans>The schema became {change.key ?? ""}</Trans>
    case "rewritten":
      return <Trans>A migration wrote {change.collection ?? ""}; its values before are not known.</Trans>
    default:
      return <Trans>Values of {record} were erased from the log.</Trans>
  }
}

/** A record by its name; a link where the reader may open it. */
export function RecordLink({
  collection,
  recordKey,
  names,
  gone = false,
}: {
  collection: string | null
  recordKey: string | null
  names: Names
  gone?: boolean
}) {
  const me = useMe()
  const known = me.collections.find((one) => one.collection === collection)
  const name = (collection && recordKey && names(collection, recordKey)) || `#${recordKey}`
  const label = known?.label ?? collection ?? ""
  if (gone || !known || !recordKey) return <>{`${label} ${isolated(name)}`}</>
  const to = `/data/${encodeURIComponent(known.collection)}/${encodeURIComponent(recordKey)}`
  return (
    <>
      {label}{" "}
      <Link to={to as never} dir="auto">
        {name}
      </Link>
    </>
  )
}

function Fields({ change }: { change: Change }) {
  const { t } = useLingui()
  if (change.op !== "update") return null
  const fields = Object.entries(change.fields)
  if (fields.length === 0) {
    return (
      <p className={css.values}>
        <span className={css.field}>
          {change.erased ? (
            <Trans>Its values were erased.</Trans>
          ) : (
            <Trans>In fields that are not shown.</Trans>
          )}
        </span>
      </p>
    )
  }
  return (
    <div className={css.values}>
      {fields.map(([field, [before, after]]) => (
        <Fragment key={field}>
          <span className={css.field}>{field}</span>
          <span className={css.before}>
            <ShownValue value={before} />
          </span>
          <ArrowRight size={14} strokeWidth={1.5} role="img" aria-label={t`became`} />
          <span>
            <ShownValue value={after} />
          </span>
        </Fragment>
      ))}
    </div>
  )
}
