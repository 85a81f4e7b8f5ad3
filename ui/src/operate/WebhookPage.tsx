import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useNavigate, useParams } from "@tanstack/react-router"
import { useState } from "react"
import { client, queries } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Facts, Page, Part, TabLinks } from "../parts/Page.tsx"
import { Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { Time } from "../parts/Time.tsx"
import { tell } from "../parts/toasts.ts"
import { type Delivery, hookPath, type Webhook, webhookQuery } from "./api.ts"
import { Deliveries } from "./Deliveries.tsx"
import css from "./operate.module.css"
import { Secret } from "./Secret.tsx"
import { useAddress } from "./useAddress.ts"
import { WebhookForm } from "./WebhookForm.tsx"
import { HookState } from "./WebhooksPage.tsx"

const stale = () => queries.invalidateQueries({ queryKey: ["operate"] })

/** One webhook: what it sent, and how it is set. */
export function WebhookPage() {
  const { t } = useLingui()
  const { id } = useParams({ strict: false }) as { id: string }
  const [{ tab }] = useAddress()
  const hook = useQuery(webhookQuery(id))
  if (hook.error)
    return (
      <Page title={t`Webhook`}>
        <Failure
          what={<Trans>The webhook did not load.</Trans>}
          error={hook.error}
          onRetry={() => void hook.refetch()}
        />
      </Page>
    )
  if (!hook.data)
    return (
      <Page title={t`Webhook`}>
        <Loading />
      </Page>
    )
  const tabs = (
    <TabLinks
      label={t`Parts of the webhook`}
      current={tab}
      tabs={[
        { id: "deliveries", label: t`Deliveries` },
        { id: "settings", label: t`Settings` },
      ]}
    />
  )
  return (
    <Page title={hook.data.name} area={t`Webhooks`} tabs={tabs} actions={<Actions hook={hook.data} />}>
      {hook.data.notice && <Notice kind="danger">{hook.data.notice}</Notice>}
      {tab === "settings" ? <Settings hook={hook.data} /> : <Deliveries hook={hook.data} />}
    </Page>
  )
}

function Actions({ hook }: { hook: Webhook }) {
  const { t } = useLingui()
  const [, change] = useAddress()
  const testing = useMutation({
    mutationFn: () => client.post<Delivery>(hookPath(hook.id, "test/"), {}),
    onSuccess: async (sent) => {
      await stale()
      change({ tab: undefined, state: undefined, run: sent.id }, "open")
    },
  })
  const turning = useMutation({
    mutationFn: () => client.patch(hookPath(hook.id), { enabled: !hook.enabled }),
    onSuccess: async () => {
      await stale()
      tell(hook.enabled ? t`${hook.name} is off.` : t`${hook.name} is on.`)
    },
  })
  const error = testing.error ?? turning.error
  return (
    <>
      {error && <Said error={error} />}
      <HookState hook={hook} />
      <Button isPending={testing.isPending} onPress={() => testing.mutate()}>
        <Trans>Send a test</Trans>
      </Button>
      <Button isPending={turning.isPending} onPress={() => turning.mutate()}>
        {hook.enabled ? <Trans>Turn off</Trans> : <Trans>Turn on</Trans>}
      </Button>
    </>
  )
}

function Settings({ hook }: { hook: Webhook }) {
  const { t } = useLingui()
  return (
    <>
      <Part title={t`What it is told of`}>
        <WebhookForm
          key={hook.id}
          initial={{ name: hook.name, url: hook.url, user: hook.user, events: hook.events }}
          submit={t`Save the webhook`}
          send={async (draft) => {
            await client.patch(hookPath(hook.id), draft)
            await stale()
            tell(t`${draft.name} is saved.`)
          }}
        />
      </Part>
      <Rotate hook={hook} />
      <Remove hook={hook} />
    </>
  )
}

function Rotate({ hook }: { hook: Webhook }) {
  const { t } = useLingui()
  const rotating = useMutation({
    mutationFn: (overlap: number) => client.post<Webhook>(hookPath(hook.id, "secret/"), { overlap }),
    onSuccess: stale,
  })
  return (
    <Part
      title={t`Secret`}
      help={
        <Trans>A new secret signs beside the old one for a day, so that the receiver can change over.</Trans>
      }
    >
      {hook.old_secret_until && (
        <Facts facts={[[t`The old one signs until`, <Time key="until" at={hook.old_secret_until} />]]} />
      )}
      {rotating.data?.secret && <Secret secret={rotating.data.secret} />}
      {rotating.error && (
        <Notice kind="danger">
          <Said error={rotating.error} />
        </Notice>
      )}
      <div className={css.bar}>
        <Button isPending={rotating.isPending} onPress={() => rotating.mutate(24)}>
          <Trans>Make a new secret</Trans>
        </Button>
        <Button kind="danger" isPending={rotating.isPending} onPress={() => rotating.mutate(0)}>
          <Trans>Make one and end the old one now</Trans>
        </Button>
      </div>
    </Part>
  )
}

function Remove({ hook }: { hook: Webhook }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const removing = useMutation({
    mutationFn: () => client.delete(hookPath(hook.id)),
    onSuccess: async () => {
      await navigate({ to: "/operate/webhooks" })
      queries.removeQueries({ queryKey: webhookQuery(hook.id).queryKey })
      await stale()
      tell(t`${hook.name} is deleted.`)
    },
  })
  return (
    <Part title={t`Delete`} help={<Trans>Its deliveries go with it.</Trans>}>
      <div className={css.bar}>
        <Button kind="danger" onPress={() => setAsked(true)}>
          <Trans>Delete the webhook</Trans>
        </Button>
      </div>
      <Dialog
        title={t`Delete ${hook.name}?`}
        isOpen={asked}
        onClose={() => setAsked(false)}
        footer={
          <>
            <Button onPress={() => setAsked(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button kind="danger" isPending={removing.isPending} onPress={() => removing.mutate()}>
              <Trans>Delete {hook.name}</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Trans>The webhook and the log of its deliveries are lost. What waits is not sent.</Trans>
        </p>
        {removing.error && (
          <Notice kind="danger">
            <Said error={removing.error} />
          </Notice>
        )}
      </Dialog>
    </Part>
  )
}
