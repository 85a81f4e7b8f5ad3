import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { bytes, formatLocale, Time } from "../parts/Time.tsx"
import { tell, tellFailure } from "../parts/toasts.ts"
import { type Connection, connectionsQuery } from "./api.ts"
import css from "./operate.module.css"

/** Who is connected to live updates. */
export function LivePage() {
  const { t } = useLingui()
  const list = useQuery({ ...connectionsQuery, refetchInterval: 5_000 })
  return (
    <Page title={t`Connections`}>
      {list.error ? (
        <Failure
          what={<Trans>The connections did not load.</Trans>}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : list.data ? (
        <Connections list={list.data} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Connections({ list }: { list: Connection[] }) {
  const { t, i18n } = useLingui()
  const ways = { websocket: t`WebSocket`, stream: t`event stream`, poll: t`long poll` }
  const columns: Column<Connection>[] = [
    {
      id: "user",
      label: t`Who`,
      cell: (one) =>
        one.username || (
          <span className={css.faint}>
            <Trans>nobody logged in</Trans>
          </span>
        ),
    },
    { id: "since", label: t`Since`, cell: (one) => <Time at={one.since} relative /> },
    { id: "ip", label: t`Address`, cell: (one) => <span className={css.mono}>{one.ip}</span> },
    { id: "way", label: t`Way`, minor: true, cell: (one) => ways[one.transport] },
    { id: "agent", label: t`Client`, minor: true, cell: (one) => agentName(one.user_agent) },
    { id: "follows", label: t`Follows`, end: true, cell: (one) => one.subscriptions },
    {
      id: "queue",
      label: t`Waiting`,
      end: true,
      minor: true,
      cell: (one) =>
        one.queue > 0
          ? `${one.queue} · ${bytes(one.queue_bytes, formatLocale(i18n.locale))}`
          : String(one.queue),
    },
    { id: "close", label: t`Actions`, end: true, cell: (one) => <Close one={one} /> },
  ]
  return (
    <Table
      label={t`Connections`}
      columns={columns}
      rows={list}
      rowKey={(one) => one.id}
      empty={
        <Couplet
          first={<Trans>Nobody is connected.</Trans>}
          second={<Trans>Connections are open while somebody follows a list or a record.</Trans>}
        />
      }
    />
  )
}

/** A browser's name out of what it calls itself; anything else as it is. */
function agentName(agent: string) {
  const known = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(agent)
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", Version: "Safari" }
  const name = known ? `${names[known[1] ?? ""] ?? known[1]} ${known[2]}` : agent
  return <span title={agent}>{name}</span>
}

function Close({ one }: { one: Connection }) {
  const { t } = useLingui()
  const closing = useMutation({
    mutationFn: () => client.delete(`/api/_/live/connections/${encodeURIComponent(one.id)}/`),
    onSuccess: () => tell(t`The connection is closed. Its client may come back by itself.`),
    onError: (error) => tellFailure(error.message),
  })
  const name = one.username || one.ip
  return (
    <Button
      kind="quiet"
      aria-label={t`Close the connection of ${name}`}
      isPending={closing.isPending}
      onPress={() => closing.mutate()}
    >
      <Trans>Close</Trans>
    </Button>
  )
}
