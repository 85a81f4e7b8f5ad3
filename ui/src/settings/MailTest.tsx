import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { client } from "../app/client.ts"
import { useSending } from "../app/form.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import { Notice, Said } from "../parts/States.tsx"
import css from "./Settings.module.css"
import { type Setting, shown } from "./settings.ts"

interface Tried {
  sent: boolean
  server: string
  answer: string
  error: string
}

/** Sends a mail and tells what the mail server said, by the settings in force or by others before they are stored. */
export function MailTest({ settings }: { settings: Setting[] }) {
  const { t } = useLingui()
  const me = useMe()
  const inForce = (name: string) => shown(settings.find((setting) => setting.name === name)?.value ?? "")
  const [to, setTo] = useState(me.email)
  const [server, setServer] = useState<string>()
  const [from, setFrom] = useState<string>()
  const [tried, setTried] = useState<Tried>()
  const sending = useSending(async () => {
    setTried(undefined)
    const other = {
      ...(server === undefined ? {} : { mail_server: server }),
      ...(from === undefined ? {} : { mail_from: from }),
    }
    setTried(await client.post<Tried>("/api/_/settings/mail/test/", { to, ...other }))
  })
  const rest = sending.rest("to", "mail_server", "mail_from")
  return (
    <Part
      title={t`Try it`}
      help={<Trans>A mail is sent now. Try another server here before you store it above.</Trans>}
    >
      <form onSubmit={sending.submit} className={css.form}>
        <TextField
          label={t({ context: "whom a mail goes to", message: "To" })}
          type="email"
          isRequired
          value={to}
          onChange={setTo}
          errors={sending.of("to")}
        />
        <TextField
          label={t`Mail server to try`}
          mono
          value={server ?? inForce("mail_server")}
          onChange={setServer}
          errors={sending.of("mail_server")}
          help={<Trans>smtp://user:password@host:587 or smtps://…:465</Trans>}
          autoComplete="off"
          spellCheck="false"
        />
        <TextField
          label={t`Sender to try`}
          value={from ?? inForce("mail_from")}
          onChange={setFrom}
          errors={sending.of("mail_from")}
        />
        <div className={css.actions}>
          <Button type="submit" isPending={sending.pending}>
            <Trans>Send test mail</Trans>
          </Button>
        </div>
        {rest !== undefined && (
          <Notice kind="danger">
            <Said error={rest} />
          </Notice>
        )}
        {tried && <Outcome tried={tried} />}
      </form>
    </Part>
  )
}

function Outcome({ tried }: { tried: Tried }) {
  const { server, answer, error } = tried
  return (
    <div role="status">
      {tried.sent ? (
        <Notice kind="ok">
          <Trans>
            {server} took the mail. It said: {answer}
          </Trans>
        </Notice>
      ) : (
        <Notice kind="danger">
          {server ? (
            <Trans>
              {server} did not take the mail. It said: {error}
            </Trans>
          ) : (
            error
          )}
        </Notice>
      )}
    </div>
  )
}
