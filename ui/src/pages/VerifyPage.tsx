import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { client } from "../app/client.ts"
import { statusOf, useSending } from "../app/form.ts"
import { fragment } from "../app/fragment.ts"
import { logIn } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Failure, Loading } from "../parts/States.tsx"
import { TextField } from "../parts/TextField.tsx"
import css from "./Entry.module.css"
import { Entry } from "./Entry.tsx"
import { Refused } from "./Refused.tsx"

interface Invitation {
  username: string
  email: string
  first_name: string
  last_name: string
  site: string
  expires: string
}

/** An invitation is accepted: a password makes the account one's own. */
export function VerifyPage() {
  const { t } = useLingui()
  const [token] = useState(() => fragment().get("t") ?? "")
  // Once it is accepted, the link is used up: it is not asked about again.
  const [accepted, setAccepted] = useState<Invitation>()
  const checked = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => client.post<Invitation>("/api/_/invitations/check/", { token }, { unauthorized: "throw" }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: accepted === undefined,
  })
  const data = accepted ?? checked.data
  return (
    <Entry title={data ? t`Welcome to ${data.site}` : t`Invitation`}>
      {checked.error ? (
        <Failure
          what={<Trans>The invitation cannot be accepted.</Trans>}
          error={checked.error}
          onRetry={statusOf(checked.error) === 404 ? undefined : () => void checked.refetch()}
        />
      ) : data ? (
        <Accept invitation={data} token={token} onAccepted={() => setAccepted(data)} />
      ) : (
        <Loading lines={3} />
      )}
    </Entry>
  )
}

function Accept({
  invitation,
  token,
  onAccepted,
}: {
  invitation: Invitation
  token: string
  onAccepted: () => void
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [password, setPassword] = useState("")
  const [first, setFirst] = useState(invitation.first_name)
  const [last, setLast] = useState(invitation.last_name)
  const sending = useSending(async () => {
    const body = { token, password, first_name: first, last_name: last }
    await client.post("/api/_/invitations/accept/", body, { unauthorized: "throw" })
    onAccepted()
    await logIn(invitation.username, password)
    await navigate({ to: "/", replace: true })
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <p>
        <Trans>Your username is {invitation.username}. Choose a password.</Trans>
      </p>
      <input type="hidden" name="username" autoComplete="username" value={invitation.username} readOnly />
      <TextField
        label={t`First name`}
        autoComplete="given-name"
        value={first}
        onChange={setFirst}
        errors={sending.of("first_name")}
      />
      <TextField
        label={t`Last name`}
        autoComplete="family-name"
        value={last}
        onChange={setLast}
        errors={sending.of("last_name")}
      />
      <TextField
        label={t`Password`}
        name="password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        errors={sending.of("password")}
        isRequired
        autoFocus
      />
      <Refused error={sending.rest("password", "first_name", "last_name")} />
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={sending.pending}>
          <Trans>Accept invitation</Trans>
        </Button>
      </div>
    </form>
  )
}
