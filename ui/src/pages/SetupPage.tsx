import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { client } from "../app/client.ts"
import { useSending } from "../app/form.ts"
import { fragment } from "../app/fragment.ts"
import { logIn } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { TextField } from "../parts/TextField.tsx"
import css from "./Entry.module.css"
import { Entry } from "./Entry.tsx"
import { Refused } from "./Refused.tsx"
import { setupQuery } from "./setup.ts"

/** The first account, made with the link on the console. */
export function SetupPage() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(setupQuery)
  return (
    <Entry title={t`The first account`}>
      {error ? (
        <Failure
          what={<Trans>The server did not say whether it waits for an account.</Trans>}
          error={error}
          onRetry={refetch}
        />
      ) : !data ? (
        <Loading lines={3} />
      ) : data.needed ? (
        <SetupForm />
      ) : (
        <Couplet
          first={<Trans>There is an account already.</Trans>}
          second={
            <a href="/admin/login">
              <Trans>Log in with it</Trans>
            </a>
          }
        />
      )}
    </Entry>
  )
}

function SetupForm() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [username, setUsername] = useState("")
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [made, setMade] = useState(false)
  const sending = useSending(async () => {
    const body = { token: fragment().get("t") ?? "", username, email, password }
    // An account is made once; where only the log-in failed, only that is tried again.
    if (!made) await client.post("/api/_/setup/", body, { unauthorized: "throw" })
    setMade(true)
    await logIn(username, password)
    await navigate({ to: "/", replace: true })
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <p>
        <Trans>It may do everything. Further people are invited later.</Trans>
      </p>
      <TextField
        label={t`Username`}
        name="username"
        autoComplete="username"
        value={username}
        onChange={setUsername}
        errors={sending.of("username")}
        isRequired
        autoFocus
      />
      <TextField
        label={t`E-mail address`}
        name="email"
        type="email"
        autoComplete="email"
        help={t`For a forgotten password. It may stay empty.`}
        value={email}
        onChange={setEmail}
        errors={sending.of("email")}
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
      />
      <Refused error={sending.rest("username", "email", "password")} />
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={sending.pending}>
          <Trans>Create account</Trans>
        </Button>
      </div>
    </form>
  )
}
