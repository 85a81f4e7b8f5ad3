import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useTopic } from "../app/live.ts"
import { Part } from "../parts/Page.tsx"
import { Failure } from "../parts/States.tsx"
import { Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { type Import, importsQuery } from "./api.ts"

/** The imports of the last hour into a collection, to come back to one that runs. */
export function RecentImports({ collection }: { collection: string }) {
  const { t } = useLingui()
  const query = useQuery(importsQuery)
  useTopic("imports", () => void query.refetch())
  if (query.error) {
    return (
      <Failure
        what={<Trans>The imports of the last hour did not load.</Trans>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  }
  const own = (query.data ?? []).filter((one) => one.collection === collection && !one.dry_run)
  if (own.length === 0) return null
  return (
    <Part title={t`Imports of the last hour`}>
      <Table
        label={t`Imports of the last hour`}
        columns={[
          { id: "began", label: t`Began`, cell: (one) => <Began one={one} /> },
          { id: "user", label: t`By`, minor: true, cell: ({ user }) => user },
          { id: "state", label: t`State`, cell: (one) => <State one={one} /> },
          { id: "rows", label: t`Rows`, end: true, cell: ({ rows }) => rows },
        ]}
        rows={own}
        rowKey={({ id }) => id}
      />
    </Part>
  )
}

function Began({ one }: { one: Import }) {
  return (
    <Link to="/data/$collection/import/$job" params={{ collection: one.collection, job: one.id }}>
      <Time at={one.started} />
    </Link>
  )
}

function State({ one }: { one: Import }) {
  switch (one.state) {
    case "running":
      return <Trans>Under way</Trans>
    case "cancelled":
      return <Trans>Cancelled</Trans>
    case "failed":
      return <Trans>Nothing imported</Trans>
    default:
      return one.failed > 0 ? (
        <Plural value={one.failed} one="Done, # bad row" other="Done, # bad rows" />
      ) : (
        <Trans>Done</Trans>
      )
  }
}
