import { Trans, useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import { type FormEvent, useState } from "react"
import { logIn } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { Notice, Said } from "../parts/States.tsx"
import css from "./Entry.module.css"

/** Name and password. */
export function LoginForm({
  username = "",
  onDone,
}: {
  username?: string
  onDone: () => Promise<void> | void
}) {
  const { t } = useLingui()
  const [name, setName] = useState(username)
  const [password, setPassword] = useState("")
  const [error, setError] = useState<unknown>()
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    setError(undefined)
    try {
      await logIn(name, password)
      await onDone()
    } catch (failure) {
      setError(failure)
    } finally {
      setPending(false)
    }
  }
  const failure = error instanceof ApiError ? error : undefined
  return (
    <form className={css.form} onSubmit={submit}>
      <TextField
        label={t`Username`}
        name="username"
        autoComplete="username"
        value={name}
        onChange={setName}
        errors={failure?.of("username")}
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
        errors={failure?.of("password")}
        autoFocus={Boolean(username)}
        isRequired
      />
      {error !== undefined && !failure?.fields.username && !failure?.fields.password && (
        <Notice kind="danger">{failure?.status === 400 ? failure.detail : <Said error={error} />}</Notice>
      )}
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={pending}>
          <Trans>Log in</Trans>
        </Button>
      </div>
    </form>
  )
}
