import { Trans, useLingui } from "@lingui/react/macro"
import { type ReactNode, useState } from "react"
import { client, queries } from "../app/client.ts"
import { type Sending, useSending } from "../app/form.ts"
import { refreshMe, useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import css from "./People.module.css"

/** A small form with its button, and what the server said that belongs to none of its fields. */
export function SmallForm({
  sending,
  fields,
  button,
  onCancel,
  children,
}: {
  sending: Sending
  fields: readonly string[]
  button: ReactNode
  onCancel?: () => void
  children: ReactNode
}) {
  const rest = sending.rest(...fields)
  return (
    <form className={css.form} onSubmit={sending.submit} noValidate>
      {children}
      {rest ? (
        <p className={css.danger} role="alert">
          <Said error={rest} />
        </p>
      ) : null}
      <div className={css.actions}>
        {onCancel && (
          <Button kind="quiet" onPress={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
        )}
        <Button type="submit" isPending={sending.pending}>
          {button}
        </Button>
      </div>
    </form>
  )
}

export function Names() {
  const { t } = useLingui()
  const me = useMe()
  const [first, setFirst] = useState(me.first_name)
  const [last, setLast] = useState(me.last_name)
  const sending = useSending(async () => {
    await client.patch("/api/auth/user/", { first_name: first, last_name: last })
    await refreshMe()
    tell(t`Your names are saved.`)
  })
  return (
    <SmallForm sending={sending} fields={["first_name", "last_name"]} button={<Trans>Save names</Trans>}>
      <TextField label={t`Username`} aside value={me.username} isReadOnly />
      <TextField
        label={t`First name`}
        aside
        autoComplete="given-name"
        value={first}
        onChange={setFirst}
        errors={sending.of("first_name")}
      />
      <TextField
        label={t`Last name`}
        aside
        autoComplete="family-name"
        value={last}
        onChange={setLast}
        errors={sending.of("last_name")}
      />
    </SmallForm>
  )
}

export function Email() {
  const { t } = useLingui()
  const me = useMe()
  const [email, setEmail] = useState(me.email)
  const [password, setPassword] = useState("")
  const [said, setSaid] = useState("")
  const sending = useSending(async () => {
    setSaid("")
    const answer = await client.post<{ detail: string }>("/api/auth/email/change/", { email, password })
    setPassword("")
    setSaid(answer.detail)
  })
  return (
    <SmallForm sending={sending} fields={["email", "password"]} button={<Trans>Change address</Trans>}>
      <TextField
        label={t`New address`}
        aside
        type="email"
        autoComplete="email"
        value={email}
        onChange={setEmail}
        errors={sending.of("email")}
      />
      <TextField
        label={t`Your password`}
        aside
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        errors={sending.of("password")}
      />
      {said && <p role="status">{said}</p>}
    </SmallForm>
  )
}

export function Password() {
  const { t } = useLingui()
  const me = useMe()
  const [old, setOld] = useState("")
  const [first, setFirst] = useState("")
  const [second, setSecond] = useState("")
  const sending = useSending(async () => {
    const body = { old_password: old, new_password1: first, new_password2: second }
    await client.post("/api/auth/password/change/", body)
    setOld("")
    setFirst("")
    setSecond("")
    tell(t`Your password is changed. Your other log-ins have ended.`)
    await queries.invalidateQueries({ queryKey: ["people", "log-ins"] })
  })
  return (
    <SmallForm
      sending={sending}
      fields={["old_password", "new_password1", "new_password2"]}
      button={<Trans>Change password</Trans>}
    >
      <input type="hidden" name="username" autoComplete="username" value={me.username} readOnly />
      <TextField
        label={t`Old password`}
        aside
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
        errors={sending.of("old_password")}
      />
      <TextField
        label={t`New password`}
        aside
        type="password"
        autoComplete="new-password"
        value={first}
        onChange={setFirst}
        errors={sending.of("new_password1")}
      />
      <TextField
        label={t`Once more`}
        aside
        type="password"
        autoComplete="new-password"
        value={second}
        onChange={setSecond}
        errors={sending.of("new_password2")}
      />
    </SmallForm>
  )
}
