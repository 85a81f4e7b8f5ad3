import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { useState } from "react"
import { client, queries } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Part } from "../parts/Page.tsx"
import { Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import { type Person, personQuery, refreshPeople, type Sent } from "./api.ts"
import { OneTimeLink } from "./OneTimeLink.tsx"
import css from "./People.module.css"
import { savePerson } from "./save.ts"

/** A new password, and the ways to end an account. */
export function PersonEnd({ person }: { person: Person }) {
  const { t } = useLingui()
  return (
    <>
      {person.is_active && person.state !== "invited" && <PasswordLink person={person} />}
      <Part
        title={person.is_active ? t`Deactivate account` : t`Activate account`}
        help={
          person.is_active ? (
            <Trans>A deactivated account cannot log in, and is out at once. All else of it stays.</Trans>
          ) : (
            <Trans>The account is deactivated: nobody can log in with it.</Trans>
          )
        }
      >
        <Activation person={person} />
      </Part>
      <Part
        title={t`Delete account`}
        help={<Trans>What refers to it goes or stays as the schema says. Rather deactivate it.</Trans>}
      >
        <Delete person={person} />
      </Part>
    </>
  )
}

/** The server's words on one field, or on all. */
function Words({ error, field }: { error: unknown; field: string }) {
  if (!error) return null
  const own = error instanceof ApiError ? error.of(field) : []
  return (
    <p className={css.danger} role="alert">
      {own.length > 0 ? own.join(" ") : <Said error={error} />}
    </p>
  )
}

function PasswordLink({ person }: { person: Person }) {
  const { t } = useLingui()
  const link = useMutation({
    mutationFn: () => client.post<Sent>(`/api/_/people/${person.id}/password/`, {}),
  })
  return (
    <Part
      title={t`New password`}
      help={<Trans>A link with which its person chooses a new password, good once, for an hour.</Trans>}
    >
      {link.data?.mailed && (
        <p>
          <Trans>The link is on its way to {person.email}.</Trans>
        </p>
      )}
      {link.data && <OneTimeLink sent={link.data} />}
      <Words error={link.error} field="mail" />
      <div>
        <Button isPending={link.isPending} onPress={() => link.mutate()}>
          <Trans>Make password link</Trans>
        </Button>
      </div>
    </Part>
  )
}

function Activation({ person }: { person: Person }) {
  const { t } = useLingui()
  const me = useMe()
  const saving = useMutation({
    mutationFn: () => savePerson(person, { is_active: !person.is_active }),
    onSuccess: () =>
      tell(person.is_active ? t`${person.username} is deactivated.` : t`${person.username} is active again.`),
  })
  return (
    <>
      <Words error={saving.error} field="is_active" />
      {person.id === me.id && person.is_active && (
        <p className={css.warn}>
          <Trans>That is your own account: you would be logged out.</Trans>
        </p>
      )}
      <div>
        <Button isPending={saving.isPending} onPress={() => saving.mutate()}>
          {person.is_active ? <Trans>Deactivate account</Trans> : <Trans>Activate account</Trans>}
        </Button>
      </div>
    </>
  )
}

function Delete({ person }: { person: Person }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const removing = useMutation({
    mutationFn: () =>
      client.delete(`/api/_/records/users/${encodeURIComponent(person.id)}/`, { ifMatch: person._v }),
    onSuccess: async () => {
      tell(t`${person.username} is deleted.`)
      await navigate({ to: "/people" })
      queries.removeQueries({ queryKey: personQuery(person.id).queryKey })
      await refreshPeople()
    },
    onSettled: () => setAsked(false),
  })
  return (
    <>
      <Words error={removing.error} field="detail" />
      <div>
        <Button kind="danger" onPress={() => setAsked(true)}>
          <Trans>Delete account</Trans>
        </Button>
      </div>
      <Dialog
        title={t`Delete the account ${person.username}?`}
        isOpen={asked}
        onClose={() => setAsked(false)}
        footer={
          <>
            <Button onPress={() => setAsked(false)}>
              <Trans>Keep account</Trans>
            </Button>
            <Button kind="danger" isPending={removing.isPending} onPress={() => removing.mutate()}>
              <Trans>Delete account</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Trans>Its log-ins and API keys end with it. Its changes stay in the log.</Trans>
        </p>
      </Dialog>
    </>
  )
}
