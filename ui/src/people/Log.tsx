import { Trans, useLingui } from "@lingui/react/macro"
import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Button } from "../parts/Button.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { changesQuery, namesQuery } from "./api.ts"
import css from "./People.module.css"

/** Changes that somebody made, or that were made to accounts; each leads to its changeset. */
export function Log({ of }: { of: { actor?: string; collection?: string } }) {
  const { t } = useLingui()
  const log = useInfiniteQuery(changesQuery(of))
  const names = useQuery(namesQuery).data
  if (log.error) {
    return (
      <Failure
        what={<Trans>The log did not load.</Trans>}
        error={log.error}
        onRetry={() => void log.refetch()}
      />
    )
  }
  if (!log.data) return <Loading />
  const ops: { [op: string]: string } = { create: t`added`, update: t`changed`, delete: t`deleted` }
  return (
    <>
      <Table
        label={t`Changes`}
        rows={log.data.pages.flatMap((page) => page.results)}
        rowKey={(change) => change.cursor}
        empty={
          <Couplet
            first={<Trans>Nothing is in the log.</Trans>}
            second={<Trans>What is changed from now on stands here.</Trans>}
          />
        }
        columns={[
          {
            id: "time",
            label: t`When`,
            cell: (change) => (
              <Link to={`/activity/${change.changeset}` as string} className={css.name}>
                <Time at={change.time} />
              </Link>
            ),
          },
          ...(of.actor === undefined
            ? [
                {
                  id: "actor",
                  label: t`Who`,
                  cell: ({ actor }: { actor: string | null }) =>
                    actor ? (
                      <Link to="/people/$id" params={{ id: actor }} className={css.name} dir="auto">
                        {names?.get(actor) ?? actor}
                      </Link>
                    ) : (
                      <Trans>Couplet</Trans>
                    ),
                },
              ]
            : []),
          { id: "op", label: t`Did`, cell: (change) => ops[change.op] ?? change.op },
          {
            id: "record",
            label: t`What`,
            cell: (change) => (
              <code className={css.code}>
                {change.collection}{" "}
                <bdi>{(change.collection === "users" && names?.get(change.key)) || change.key}</bdi>
              </code>
            ),
          },
          {
            id: "fields",
            label: t`Fields`,
            minor: true,
            cell: (change) => Object.keys(change.fields ?? {}).join(", "),
          },
        ]}
      />
      {log.hasNextPage && (
        <div>
          <Button isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
            <Trans>Show older changes</Trans>
          </Button>
        </div>
      )}
    </>
  )
}
