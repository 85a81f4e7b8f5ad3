import { Trans, useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import { useState } from "react"
import { useSending } from "../app/form.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Checkbox, TextField } from "../parts/Field.tsx"
import { Notice, Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import { type Person, refreshPeople } from "./api.ts"
import css from "./People.module.css"
import { RoleChooser } from "./RoleChooser.tsx"
import { savePerson } from "./save.ts"

type Editable = Pick<Person, "first_name" | "last_name" | "roles" | "is_staff" | "is_superuser">

/** Names, roles and what goes beyond roles. Only what is changed is sent. */
export function PersonForm({ person }: { person: Person }) {
  const { t } = useLingui()
  const me = useMe()
  const [edited, setEdited] = useState<Partial<Editable>>({})
  const now = { ...person, ...edited }
  const change = Object.fromEntries(
    Object.entries(edited).filter(([name, value]) => {
      return JSON.stringify(value) !== JSON.stringify(person[name as keyof Person])
    }),
  )
  const changed = Object.keys(change).length > 0
  const sending = useSending(async () => {
    await savePerson(person, change)
    tell(t`The account is saved.`)
  })
  const set = (more: Partial<Editable>) => setEdited({ ...edited, ...more })
  const moved = sending.error instanceof ApiError && sending.error.status === 412
  const rest = moved
    ? undefined
    : sending.rest("first_name", "last_name", "roles", "is_staff", "is_superuser")
  const said = (name: keyof Editable) =>
    sending.of(name)?.map((message) => (
      <p key={message} className={css.danger} role="alert">
        {message}
      </p>
    ))
  return (
    <form className={css.form} onSubmit={sending.submit} noValidate>
      <TextField
        label={t`First name`}
        aside
        value={now.first_name}
        onChange={(first_name) => set({ first_name })}
        errors={sending.of("first_name")}
      />
      <TextField
        label={t`Last name`}
        aside
        value={now.last_name}
        onChange={(last_name) => set({ last_name })}
        errors={sending.of("last_name")}
      />
      <RoleChooser value={now.roles} onChange={(roles) => set({ roles })} errors={sending.of("roles")} />
      <div className={css.checks}>
        <Checkbox isSelected={now.is_staff} onChange={(is_staff) => set({ is_staff })}>
          <Trans>Staff: may enter the admin without a role</Trans>
        </Checkbox>
        {said("is_staff")}
        <Checkbox isSelected={now.is_superuser} onChange={(is_superuser) => set({ is_superuser })}>
          <Trans>Superuser: may do everything</Trans>
        </Checkbox>
        {said("is_superuser")}
        {person.id === me.id && edited.is_superuser === false && (
          <p className={css.warn}>
            <Trans>That is your own account: this screen will close to you.</Trans>
          </p>
        )}
      </div>
      {moved && (
        <Notice kind="danger">
          <p>
            <Trans>Somebody else has changed the account since it was read.</Trans>
          </p>
          <Button kind="quiet" onPress={() => void refreshPeople()}>
            <Trans>Read it again, without my changes</Trans>
          </Button>
        </Notice>
      )}
      {rest ? (
        <p className={css.danger} role="alert">
          <Said error={rest} />
        </p>
      ) : null}
      {changed && (
        <div className={css.actions}>
          <Button onPress={() => setEdited({})}>
            <Trans>Discard</Trans>
          </Button>
          <Button kind="primary" type="submit" isPending={sending.pending}>
            <Trans>Save account</Trans>
          </Button>
        </div>
      )}
    </form>
  )
}
