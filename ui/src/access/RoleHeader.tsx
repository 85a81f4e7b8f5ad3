import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { Pencil, Trash2, UserPlus, Users } from "lucide-react"
import { useState } from "react"
import { Button as Plain } from "react-aria-components"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { TextField } from "../parts/Field.tsx"
import { Menu } from "../parts/Menu.tsx"
import css from "./Access.module.css"
import { withoutRole, withRole } from "./document.ts"
import type { DraftState } from "./draft.ts"
import type { RoleRow } from "./rows.ts"

/** A role's name and how many people have it, with what can be done to it. */
export function RoleHeader({ role, state }: { role: RoleRow; state: DraftState }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [renaming, setRenaming] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const people = (
    <span className={css.people}>
      {role.people === null ? (
        <Trans>everybody</Trans>
      ) : (
        <Plural value={role.people} one="# person" other="# people" />
      )}
    </span>
  )
  if (role.built_in) {
    return (
      <span className={css.roleName}>
        <span>{role.label}</span>
        {people}
      </span>
    )
  }
  const remove = () => {
    state.edit((document) => withoutRole(document, role.name))
    setDeleting(false)
  }
  return (
    <>
      <Menu
        label={t`Role ${role.label}`}
        sections={[
          {
            items: [
              {
                id: "people",
                label: t`Show its people`,
                icon: Users,
                onAction: () => void navigate({ to: "/people", search: { role: role.name } }),
              },
              !role.fresh && {
                id: "invite",
                label: t`Invite somebody with it`,
                icon: UserPlus,
                onAction: () => void navigate({ to: "/people", search: { role: role.name, new: "1" } }),
              },
            ],
          },
          {
            items: [
              { id: "rename", label: t`Rename role`, icon: Pencil, onAction: () => setRenaming(true) },
              {
                id: "delete",
                label: t`Delete role`,
                icon: Trash2,
                danger: true,
                onAction: () => (role.people ? setDeleting(true) : remove()),
              },
            ],
          },
        ]}
        trigger={
          <Plain className={css.roleName ?? ""}>
            <span>{role.label}</span>
            {people}
          </Plain>
        }
      />
      <Rename
        key={String(renaming)}
        role={role}
        state={state}
        isOpen={renaming}
        onClose={() => setRenaming(false)}
      />
      <Dialog
        title={t`Delete the role ${role.label}?`}
        isOpen={deleting}
        onClose={() => setDeleting(false)}
        footer={
          <>
            <Button onPress={() => setDeleting(false)}>
              <Trans>Keep role</Trans>
            </Button>
            <Button kind="danger" onPress={remove}>
              <Trans>Delete role</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Plural
            value={role.people ?? 0}
            one="# person has it, and loses what it grants once the draft is applied."
            other="# people have it, and lose what it grants once the draft is applied."
          />
        </p>
      </Dialog>
    </>
  )
}

function Rename({
  role,
  state,
  isOpen,
  onClose,
}: {
  role: RoleRow
  state: DraftState
  isOpen: boolean
  onClose: () => void
}) {
  const { t } = useLingui()
  const [label, setLabel] = useState(role.label)
  const rename = () => {
    state.edit((document) =>
      withRole(document, role.name, { ...document.roles?.[role.name], label: label.trim() }),
    )
    onClose()
  }
  return (
    <Dialog
      title={t`Rename role`}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <Button kind="primary" isDisabled={!label.trim()} onPress={rename}>
          <Trans>Rename role</Trans>
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (label.trim()) rename()
        }}
      >
        <TextField
          label={t`Name`}
          value={label}
          onChange={setLabel}
          autoFocus
          help={t`People and programs go on knowing it as ${role.name}.`}
        />
      </form>
    </Dialog>
  )
}
