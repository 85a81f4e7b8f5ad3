import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { useSending } from "../app/form.ts"
import { logIn } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/TextField.tsx"
import css from "./Entry.module.css"
import { Refused } from "./Refused.tsx"

/** Name and password. */
export function LoginForm({
  username = "",
  send = logIn,
  onDone,
}: {
  username?: string
  send?: (username: string, password: string) => Promise<void>
  onDone: () => Promise<void> | void
}) {
  const { t } = useLingui()
  const [name, setName] = useState(username)
  const [password, setPassword] = useState("")
  const sending = useSending(async () => {
    await send(name, password)
    await onDone()
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <TextField
        label={t`Username`}
        name="username"
        autoComplete="username"
        value={name}
        onChange={setName}
        errors={sending.of("username")}
        autoFocus={!username}
        isRequired
      />
      <TextField
        label={t`Password`}
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        errors={sending.of("password")}
        autoFocus={Boolean(username)}
        isRequired
      />
      <Refused error={sending.rest("username", "password")} />
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={sending.pending}>
          <Trans>Log in</Trans>
        </Button>
      </div>
    </form>
  )
}
