import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import { type Person, refreshPeople, type Sent } from "./api.ts"
import { OneTimeLink } from "./OneTimeLink.tsx"
import css from "./People.module.css"

/** Sends an open invitation anew, or ends it. */
export function InvitationActions({ person }: { person: Person }) {
  const { t } = useLingui()
  const [sent, setSent] = useState<Sent>()
  const path = `/api/_/people/${person.id}/invite/`
  const again = useMutation({
    mutationFn: () => client.post<Sent>(path, {}),
    onSuccess: async (answer) => {
      if (answer.mailed) tell(t`The invitation is on its way to ${person.email}.`)
      else setSent(answer)
      await refreshPeople()
    },
  })
  const end = useMutation({
    mutationFn: () => client.delete(path),
    onSuccess: async () => {
      tell(t`The invitation is ended.`)
      await refreshPeople()
    },
  })
  const error = again.error ?? end.error
  return (
    <span className={css.rowActions}>
      <Button kind="quiet" isPending={again.isPending} onPress={() => again.mutate()}>
        <Trans>Invite again</Trans>
      </Button>
      {person.invitation && !person.invitation.expired && (
        <Button kind="quiet" isPending={end.isPending} onPress={() => end.mutate()}>
          <Trans>End invitation</Trans>
        </Button>
      )}
      {error ? (
        <span className={css.danger} role="alert">
          <Said error={error} />
        </span>
      ) : null}
      <Dialog
        title={t`Invitation for ${person.username}`}
        isOpen={sent !== undefined}
        firm
        onClose={() => setSent(undefined)}
        footer={
          <Button kind="primary" onPress={() => setSent(undefined)}>
            <Trans>Link is handed over</Trans>
          </Button>
        }
      >
        {sent && <OneTimeLink sent={sent} />}
      </Dialog>
    </span>
  )
}
