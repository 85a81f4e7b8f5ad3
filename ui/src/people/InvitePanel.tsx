import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { client } from "../app/client.ts"
import { useSending } from "../app/form.ts"
import { useMe } from "../app/session.ts"
import { SidePanel } from "../parts/Beside.tsx"
import { Button } from "../parts/Button.tsx"
import { Checkbox, TextField } from "../parts/Field.tsx"
import { takeFreeFocus } from "../parts/focus.ts"
import { Notice, Said } from "../parts/States.tsx"
import { type Person, refreshPeople, type Sent } from "./api.ts"
import { OneTimeLink } from "./OneTimeLink.tsx"
import css from "./People.module.css"
import { RoleChooser } from "./RoleChooser.tsx"

type Invited = Sent & { person: Person }

const nobody = {
  username: "",
  email: "",
  first_name: "",
  last_name: "",
  is_staff: false,
  is_superuser: false,
}

/** An account without a password, and a link with which its person chooses one. */
export function InvitePanel({ role, onClose }: { role: string | undefined; onClose: () => void }) {
  const { t } = useLingui()
  const [invited, setInvited] = useState<Invited>()
  return (
    <SidePanel title={t`Invite somebody`} onClose={onClose}>
      {invited ? (
        <Done invited={invited} onMore={() => setInvited(undefined)} />
      ) : (
        <Form role={role} onDone={setInvited} />
      )}
    </SidePanel>
  )
}

function Done({ invited, onMore }: { invited: Invited; onMore: () => void }) {
  const { username, email } = invited.person
  return (
    <div className={css.form} tabIndex={-1} ref={takeFreeFocus} style={{ outline: "none" }}>
      <Notice kind="ok">
        {invited.mailed ? (
          <Trans>
            {username} is invited. The link is on its way to {email}.
          </Trans>
        ) : (
          <Trans>{username} is invited.</Trans>
        )}
      </Notice>
      <OneTimeLink sent={invited} />
      <div>
        <Button onPress={onMore}>
          <Trans>Invite another person</Trans>
        </Button>
      </div>
    </div>
  )
}

function Form({ role, onDone }: { role: string | undefined; onDone: (invited: Invited) => void }) {
  const { t } = useLingui()
  const me = useMe()
  const [person, setPerson] = useState(nobody)
  const [roles, setRoles] = useState<string[]>(role ? [role] : [])
  const [mail, setMail] = useState(me.mail)
  const sending = useSending(async () => {
    const body = { ...person, roles, mail: mail && me.mail && person.email !== "" }
    const answer = await client.post<Invited>("/api/_/people/invite/", body)
    await refreshPeople()
    onDone(answer)
  })
  const set = (change: Partial<typeof nobody>) => setPerson({ ...person, ...change })
  const text = (name: "username" | "email" | "first_name" | "last_name", label: string) => (
    <TextField
      label={label}
      name={name}
      aside
      value={person[name]}
      onChange={(value) => set({ [name]: value })}
      errors={sending.of(name)}
      isRequired={name === "username"}
      autoFocus={name === "username"}
      autoComplete="off"
      {...(name === "email" ? { type: "email" } : {})}
    />
  )
  const rest = sending.rest("username", "email", "first_name", "last_name", "roles", "mail")
  return (
    <form className={css.form} onSubmit={sending.submit} noValidate>
      {text("username", t`Username`)}
      {text("email", t`E-mail`)}
      {text("first_name", t`First name`)}
      {text("last_name", t`Last name`)}
      <RoleChooser value={roles} onChange={setRoles} errors={sending.of("roles")} />
      <div className={css.checks}>
        <Checkbox isSelected={person.is_staff} onChange={(is_staff) => set({ is_staff })}>
          <Trans>Staff: may enter the admin without a role</Trans>
        </Checkbox>
        <Checkbox isSelected={person.is_superuser} onChange={(is_superuser) => set({ is_superuser })}>
          <Trans>Superuser: may do everything</Trans>
        </Checkbox>
        {me.mail && (
          <Checkbox isSelected={mail} onChange={setMail}>
            <Trans>Send the link by mail</Trans>
          </Checkbox>
        )}
      </div>
      {!(mail && me.mail) && (
        <p className={css.faint}>
          <Trans>You get a link to hand over. It is good once, for seven days.</Trans>
        </p>
      )}
      {sending.of("mail")?.map((message) => (
        <p key={message} className={css.danger} role="alert">
          {message}
        </p>
      ))}
      {rest ? (
        <p className={css.danger} role="alert">
          <Said error={rest} />
        </p>
      ) : null}
      <div className={css.actions}>
        <Button kind="primary" type="submit" isPending={sending.pending}>
          <Trans>Invite</Trans>
        </Button>
      </div>
    </form>
  )
}
