import { Trans, useLingui } from "@lingui/react/macro"
import { Plus } from "lucide-react"
import { useState } from "react"
import { Button } from "../parts/Button.tsx"
import { PopoverButton } from "../parts/Dialog.tsx"
import { TextField } from "../parts/Field.tsx"
import css from "./Access.module.css"
import { withRole } from "./document.ts"
import type { DraftState } from "./draft.ts"
import type { RoleRow } from "./rows.ts"

export function NewRole({ roles, state }: { roles: readonly RoleRow[]; state: DraftState }) {
  const { t } = useLingui()
  return (
    <PopoverButton
      label={t`New role`}
      trigger={
        <Button icon={Plus}>
          <Trans>New role</Trans>
        </Button>
      }
    >
      {(close) => <Form roles={roles} state={state} onDone={close} />}
    </PopoverButton>
  )
}

function Form({
  roles,
  state,
  onDone,
}: {
  roles: readonly RoleRow[]
  state: DraftState
  onDone: () => void
}) {
  const { t } = useLingui()
  const [label, setLabel] = useState("")
  const [tried, setTried] = useState(false)
  const name = nameFrom(label)
  const wrong =
    name === ""
      ? t`A name has letters of the Latin alphabet.`
      : roles.some((role) => role.name === name)
        ? t`There is a role ${name} already.`
        : undefined
  return (
    <form
      className={css.newRole}
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (wrong) return
        state.edit((document) => withRole(document, name, { label: label.trim() }))
        onDone()
      }}
    >
      <TextField
        label={t`Name`}
        value={label}
        onChange={setLabel}
        autoFocus
        errors={tried && wrong ? [wrong] : undefined}
        help={name ? t`Programs know it as ${name}.` : t`Such as Editors or Translators.`}
      />
      <Button kind="primary" type="submit">
        <Trans>Add role</Trans>
      </Button>
    </form>
  )
}

/** The name by which programs know a role: small letters, digits and "_". */
function nameFrom(label: string): string {
  return label
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 63)
}
