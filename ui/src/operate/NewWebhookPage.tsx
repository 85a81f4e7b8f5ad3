import { Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { client, queries } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import type { Webhook } from "./api.ts"
import css from "./operate.module.css"
import { Secret } from "./Secret.tsx"
import { emptyDraft, WebhookForm } from "./WebhookForm.tsx"

/** Makes a webhook; its secret is shown once. */
export function NewWebhookPage() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const me = useMe()
  const [made, setMade] = useState<Webhook>()
  if (made?.secret) {
    return (
      <Page title={made.name}>
        <div className={css.form}>
          <Secret secret={made.secret} />
          <div className={css.bar}>
            <Button
              kind="primary"
              onPress={() => void navigate({ to: "/operate/webhooks/$id", params: { id: made.id } })}
            >
              <Trans>Go to the webhook</Trans>
            </Button>
          </div>
        </div>
      </Page>
    )
  }
  return (
    <Page title={t`New webhook`}>
      <WebhookForm
        initial={{ ...emptyDraft, user: me.id }}
        submit={t`Make the webhook`}
        send={async (draft) => {
          setMade(await client.post<Webhook>("/api/_/webhooks/", draft))
          await queries.invalidateQueries({ queryKey: ["operate", "webhooks/"] })
        }}
      />
    </Page>
  )
}
