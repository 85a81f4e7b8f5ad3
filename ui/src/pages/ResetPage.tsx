import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { client } from "../app/client.ts"
import { statusOf, useSending } from "../app/form.ts"
import { fragment } from "../app/fragment.ts"
import { Button } from "../parts/Button.tsx"
import { Couplet, Failure, Loading, Notice } from "../parts/States.tsx"
import { TextField } from "../parts/TextField.tsx"
import css from "./Entry.module.css"
import { Entry } from "./Entry.tsx"
import { Refused } from "./Refused.tsx"
import { setupQuery } from "./setup.ts"

/** A forgotten password: asks for a link, or, with one, for a new password. */
export function ResetPage() {
  const { t } = useLingui()
  const [link] = useState(() => ({ uid: fragment().get("uid") ?? "", token: fragment().get("token") ?? "" }))
  const there = link.uid !== "" && link.token !== ""
  return (
    <Entry title={there ? t`A new password` : t`Forgotten password`}>
      {there ? <NewPassword link={link} /> : <AskForLink />}
    </Entry>
  )
}

function AskForLink() {
  const { t } = useLingui()
  const { data: setup } = useQuery(setupQuery)
  const [email, setEmail] = useState("")
  const [sent, setSent] = useState(false)
  const sending = useSending(async () => {
    await client.post("/api/_/password/reset/", { email }, { unauthorized: "throw" })
    setSent(true)
  })
  if (sent) {
    return (
      <Couplet
        first={<Trans>If there is an account with that address, a link is on its way.</Trans>}
        second={<Trans>It is good for an hour. Look into your mail.</Trans>}
      />
    )
  }
  return (
    <form className={css.form} onSubmit={sending.submit}>
      {setup && !setup.mail && (
        <Notice kind="warn">
          <Trans>
            This server has no mail server: the link is printed on its console. Or ask an administrator for
            one.
          </Trans>
        </Notice>
      )}
      <TextField
        label={t`E-mail address`}
        name="email"
        type="email"
        autoComplete="email"
        value={email}
        onChange={setEmail}
        errors={sending.of("email")}
        isRequired
        autoFocus
      />
      <Refused error={sending.rest("email")} />
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={sending.pending}>
          <Trans>Send a link</Trans>
        </Button>
      </div>
      <p>
        <a href="/admin/login">
          <Trans>Back to the log-in</Trans>
        </a>
      </p>
    </form>
  )
}

function NewPassword({ link }: { link: { uid: string; token: string } }) {
  const { t } = useLingui()
  const checked = useQuery({
    queryKey: ["password-check", link],
    queryFn: () =>
      client.post<{ username: string }>("/api/_/password/check/", link, { unauthorized: "throw" }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [first, setFirst] = useState("")
  const [second, setSecond] = useState("")
  const [done, setDone] = useState(false)
  const sending = useSending(async () => {
    const body = { ...link, new_password1: first, new_password2: second }
    await client.post("/api/auth/password/reset/confirm/", body, { unauthorized: "throw" })
    setDone(true)
  })
  if (checked.error) {
    return statusOf(checked.error) === 400 ? (
      <Failure what={<Trans>This link is not good any more.</Trans>} error={checked.error} />
    ) : (
      <Failure
        what={<Trans>The link could not be checked.</Trans>}
        error={checked.error}
        onRetry={() => void checked.refetch()}
      />
    )
  }
  if (!checked.data) return <Loading lines={3} />
  if (done) {
    return (
      <Couplet
        first={<Trans>The new password is saved.</Trans>}
        second={
          <a href="/admin/login">
            <Trans>Log in with it</Trans>
          </a>
        }
      />
    )
  }
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <p>
        <Trans>For the account {checked.data.username}.</Trans>
      </p>
      <TextField
        label={t`New password`}
        name="new_password1"
        type="password"
        autoComplete="new-password"
        value={first}
        onChange={setFirst}
        errors={sending.of("new_password1")}
        isRequired
        autoFocus
      />
      <TextField
        label={t`The same again`}
        name="new_password2"
        type="password"
        autoComplete="new-password"
        value={second}
        onChange={setSecond}
        errors={sending.of("new_password2")}
        isRequired
      />
      <Refused error={sending.rest("new_password1", "new_password2")} />
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={sending.pending}>
          <Trans>Save password</Trans>
        </Button>
      </div>
    </form>
  )
}
