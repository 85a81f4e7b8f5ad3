import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { client } from "../app/client.ts"
import { answerLogin } from "../app/relogin.ts"
import { logInAgain, type Me, useMe } from "../app/session.ts"
import { LoginForm } from "../pages/LoginForm.tsx"
import { Dialog } from "../parts/Dialog.tsx"

/** A log-in over the page when the one before has ended: what was typed stays, and the request goes on. */
export function LoginAgain() {
  const { t } = useLingui()
  const me = useMe()
  const [other, setOther] = useState("")
  const done = async () => {
    const now = await client.get<Me>("/api/_/me/", { unauthorized: "throw" })
    if (now.id === me.id) answerLogin(true)
    else setOther(now.username)
  }
  return (
    <Dialog title={t`Your log-in has ended`} isOpen onClose={() => answerLogin(false)}>
      <p>
        <Trans>Log in again to go on. What you have typed is kept.</Trans>
      </p>
      {other && (
        <p role="alert">
          <Trans>
            You are {other} now, and this page is {me.username}'s. Log in as {me.username}, or load the page
            anew.
          </Trans>
        </p>
      )}
      <LoginForm username={me.username} send={logInAgain} onDone={done} />
    </Dialog>
  )
}
