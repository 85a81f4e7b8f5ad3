import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { Plus } from "lucide-react"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { type Webhook, webhooksQuery } from "./api.ts"
import css from "./operate.module.css"
import { State } from "./State.tsx"

/** The programs that are told of changes. */
export function WebhooksPage() {
  const { t } = useLingui()
  const hooks = useQuery(webhooksQuery)
  const navigate = useNavigate()
  const add = (
    <Button kind="primary" icon={Plus} onPress={() => void navigate({ to: "/operate/webhooks/new" })}>
      <Trans>New webhook</Trans>
    </Button>
  )
  return (
    <Page title={t`Webhooks`} actions={add}>
      {hooks.error ? (
        <Failure
          what={<Trans>The webhooks did not load.</Trans>}
          error={hooks.error}
          onRetry={() => void hooks.refetch()}
        />
      ) : hooks.data ? (
        <List hooks={hooks.data} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function List({ hooks }: { hooks: Webhook[] }) {
  const { t } = useLingui()
  const columns: Column<Webhook>[] = [
    {
      id: "name",
      label: t`Webhook`,
      cell: (hook) => (
        <Link to="/operate/webhooks/$id" params={{ id: hook.id }} className={css.link}>
          {hook.name}
        </Link>
      ),
    },
    { id: "url", label: t`Address`, cell: (hook) => <span className={css.mono}>{hook.url}</span> },
    {
      id: "events",
      label: t`Told of`,
      minor: true,
      cell: (hook) => hook.events.map((event) => event.collection).join(", "),
    },
    { id: "state", label: t`State`, cell: (hook) => <HookState hook={hook} /> },
  ]
  return (
    <Table
      label={t`Webhooks`}
      columns={columns}
      rows={hooks}
      rowKey={(hook) => hook.id}
      empty={
        <Couplet
          first={<Trans>No webhooks yet.</Trans>}
          second={
            <Trans>
              A webhook tells another program of changes: name its address and what it is told of.
            </Trans>
          }
        />
      }
    />
  )
}

/** Whether a webhook sends, and whether Couplet turned it off. */
export function HookState({ hook }: { hook: Webhook }) {
  if (hook.enabled)
    return (
      <State kind="ok">
        <Trans>on</Trans>
      </State>
    )
  return (
    <State kind={hook.notice ? "danger" : "wait"}>
      {hook.notice ? <Trans>turned off</Trans> : <Trans>off</Trans>}
    </State>
  )
}
