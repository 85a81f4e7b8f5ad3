import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { client, queries } from "../app/client.ts"
import { useSending } from "../app/form.ts"
import { leaving, useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import { Said } from "../parts/States.tsx"
import css from "./People.module.css"

/** What is kept about oneself, to take along, and the end of the account. */
export function MeData() {
  const { t } = useLingui()
  return (
    <>
      <Part
        title={t`My data`}
        help={
          <Trans>The account, its log-ins and keys, and the records that refer to it, as a JSON file.</Trans>
        }
      >
        <Export />
      </Part>
      <Part
        title={t`Delete my account`}
        help={
          <Trans>It cannot be undone by you. Records that must not lose you keep the account in being.</Trans>
        }
      >
        <Delete />
      </Part>
    </>
  )
}

function Export() {
  const me = useMe()
  const exporting = useMutation({
    mutationFn: async () => {
      const response = await client.http.send("GET", "/api/auth/export/")
      if (!response.ok) await client.get("/api/auth/export/")
      save(await response.blob(), `${me.username}.json`)
    },
  })
  return (
    <>
      {exporting.error ? (
        <p className={css.danger} role="alert">
          <Said error={exporting.error} />
        </p>
      ) : null}
      <div>
        <Button isPending={exporting.isPending} onPress={() => exporting.mutate()}>
          <Trans>Export my data</Trans>
        </Button>
      </div>
    </>
  )
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function Delete() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const [password, setPassword] = useState("")
  const sending = useSending(async () => {
    leaving.set(true)
    try {
      await client.answer("DELETE", "/api/auth/user/", { body: { password } })
    } catch (error) {
      leaving.set(false)
      throw error
    }
    await navigate({ to: "/login", replace: true })
    queries.clear()
  })
  if (!asked) {
    return (
      <div>
        <Button kind="danger" onPress={() => setAsked(true)}>
          <Trans>Delete my account</Trans>
        </Button>
      </div>
    )
  }
  const rest = sending.rest("password")
  return (
    <form className={css.form} onSubmit={sending.submit} noValidate>
      <TextField
        label={t`Your password`}
        aside
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        errors={sending.of("password")}
        autoFocus
      />
      {rest ? (
        <p className={css.danger} role="alert">
          <Said error={rest} />
        </p>
      ) : null}
      <div className={css.actions}>
        <Button onPress={() => setAsked(false)}>
          <Trans>Keep account</Trans>
        </Button>
        <Button kind="danger" type="submit" isPending={sending.pending}>
          <Trans>Delete my account for good</Trans>
        </Button>
      </div>
    </form>
  )
}
