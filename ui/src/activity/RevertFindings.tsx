import { Plural, Trans, useLingui } from "@lingui/react/macro"
import type { RevertConflict, RevertReport } from "../app/revert.ts"
import { Table } from "../parts/Table.tsx"
import { RecordLink } from "./ChangeList.tsx"
import { useNames, useUserNames } from "./names.ts"
import { ShownValue } from "./ShownValue.tsx"

/** What a revert would do, what it would leave, and where others were since. */
export function RevertFindings({ report }: { report: RevertReport }) {
  const count = (op: string) => report.done.filter((one) => one.op === op).length
  const later = report.later ?? []
  const own = report.kept.filter(
    (kept) =>
      !report.conflicts.some(
        (c) => c.collection === kept.collection && c.key === kept.key && c.field === kept.field,
      ),
  )
  return (
    <>
      <ul>
        {count("delete") > 0 && (
          <li>
            <Plural
              value={count("delete")}
              one="# record that was added is deleted."
              other="# records that were added are deleted."
            />
          </li>
        )}
        {count("update") > 0 && (
          <li>
            <Plural
              value={count("update")}
              one="# record gets its old values back."
              other="# records get their old values back."
            />
          </li>
        )}
        {count("create") > 0 && (
          <li>
            <Plural
              value={count("create")}
              one="# deleted record comes back."
              other="# deleted records come back."
            />
          </li>
        )}
        {report.done.length === 0 && !report.schema && (
          <li>
            <Trans>Without touching what others changed since, there is nothing to take back.</Trans>
          </li>
        )}
        {later.length > 0 && (
          <li>
            <Trans>Later changes of the schema go, too: {later.map(String).join(", ")}.</Trans>
          </li>
        )}
        {own.map((kept) => (
          <li key={`${kept.collection} ${kept.key} ${kept.field ?? ""}`}>
            {kept.collection} {kept.key} {kept.field}: {kept.reason}
          </li>
        ))}
      </ul>
      {report.conflicts.length > 0 && <Conflicts conflicts={report.conflicts} />}
    </>
  )
}

function Conflicts({ conflicts }: { conflicts: RevertConflict[] }) {
  const { t } = useLingui()
  const keys = new Map<string, string[]>()
  for (const { collection, key } of conflicts) keys.set(collection, [...(keys.get(collection) ?? []), key])
  const names = useNames(keys)
  const users = useUserNames(conflicts.map(({ actor }) => actor ?? null))
  return (
    <Table
      label={t`Conflicts`}
      columns={[
        {
          id: "record",
          label: t`Record`,
          cell: ({ collection, key }) => <RecordLink collection={collection} recordKey={key} names={names} />,
        },
        { id: "field", label: t`Field`, cell: ({ field }) => field ?? <Trans>the whole record</Trans> },
        { id: "now", label: t`Is now`, cell: ({ field, now }) => field && <ShownValue value={now} /> },
        { id: "old", label: t`Would become`, cell: ({ field, old }) => field && <ShownValue value={old} /> },
        { id: "reason", label: t`Why`, minor: true, cell: ({ reason }) => reason },
        { id: "by", label: t`By`, minor: true, cell: ({ actor }) => actor && (users(actor) ?? actor) },
      ]}
      rows={conflicts}
      rowKey={({ collection, key, field }) => `${collection} ${key} ${field ?? ""}`}
    />
  )
}
