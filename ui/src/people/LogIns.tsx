import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { client, queries } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Couplet, Failure, Loading, Said } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { tell } from "../parts/toasts.ts"
import { type LogIn, logInsQuery } from "./api.ts"
import { device } from "./device.ts"
import css from "./People.module.css"

/** Live log-ins, the one used last first. Whoever's is ended is out at once. `user`: a key, "*" for all, "" for one's own. */
export function LogIns({ user }: { user: string }) {
  const { t } = useLingui()
  const me = useMe()
  const logins = useQuery(logInsQuery(user))
  const refresh = () => queries.invalidateQueries({ queryKey: ["people", "log-ins"] })
  const end = useMutation({
    mutationFn: (id: string) => client.delete(`/api/auth/sessions/${id}/`),
    onSuccess: async () => {
      tell(t`The log-in is ended.`)
      await refresh()
    },
  })
  const endAll = useMutation({
    mutationFn: () => client.delete("/api/auth/sessions/", { query: { user: user || undefined } }),
    onSuccess: async () => {
      tell(t`The log-ins are ended.`)
      await refresh()
    },
  })
  if (logins.error) {
    return (
      <Failure
        what={<Trans>The log-ins did not load.</Trans>}
        error={logins.error}
        onRetry={() => void logins.refetch()}
      />
    )
  }
  if (!logins.data) return <Loading lines={3} />
  const rows = [...logins.data].sort((a, b) => (a.last_used < b.last_used ? 1 : -1))
  const others = rows.filter((row) => !row.current).length
  const error = end.error ?? endAll.error
  const columns: (Column<LogIn> | false)[] = [
    user === "*" && {
      id: "who",
      label: t`Who`,
      cell: (row) => (
        <Link to="/people/$id" params={{ id: row.user }} className={css.name} dir="auto">
          {row.username || row.user}
        </Link>
      ),
    },
    {
      id: "with",
      label: t`With`,
      cell: (row) => (
        <span className={css.device} title={row.user_agent}>
          {device(row.user_agent) || t`unknown program`}
        </span>
      ),
    },
    { id: "from", label: t`From`, minor: true, cell: (row) => row.ip },
    { id: "since", label: t`Since`, minor: true, cell: (row) => <Time at={row.created} /> },
    { id: "used", label: t`Last used`, cell: (row) => <Time at={row.last_used} relative /> },
    {
      id: "end",
      label: t`Actions`,
      end: true,
      cell: (row) =>
        row.current ? (
          <span className={css.faint}>
            <Trans>this one</Trans>
          </span>
        ) : (
          <span className={css.rowActions}>
            <Button kind="quiet" onPress={() => end.mutate(row.id)}>
              <Trans>End log-in</Trans>
            </Button>
          </span>
        ),
    },
  ]
  return (
    <>
      <Table
        label={t`Live log-ins`}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns.filter((column) => column !== false)}
        empty={<Couplet first={<Trans>Nobody is logged in with this account.</Trans>} />}
      />
      {error ? (
        <p className={css.danger} role="alert">
          <Said error={error} />
        </p>
      ) : null}
      {user !== "*" && others > 1 && (
        <div>
          <Button kind="danger" isPending={endAll.isPending} onPress={() => endAll.mutate()}>
            {user === "" || user === me.id ? (
              <Trans>End all other log-ins</Trans>
            ) : (
              <Trans>End all log-ins</Trans>
            )}
          </Button>
        </div>
      )}
    </>
  )
}
