import { Trans, useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import { type RefObject, useState } from "react"
import { useSending } from "../../app/form.ts"
import { changeView, createView, deleteView, type View } from "../../app/views.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { PopoverAt } from "../../parts/Dialog.tsx"
import { Checkbox, TextField } from "../../parts/Field.tsx"
import { Notice, Said } from "../../parts/States.tsx"
import { tell } from "../../parts/toasts.ts"
import { openView, resetList, type ViewsState, viewOf } from "./useViews.ts"
import css from "./Views.module.css"

/** What is being asked about views. */
export type Asked = { what: "new"; view?: undefined } | { what: "rename" | "delete" | "conflict"; view: View }

interface FormProps {
  model: GridModel
  state: ViewsState
  onClose: () => void
  /** Reads the views anew. */
  onAgain: () => void
}

export function ViewForms({
  asked,
  at,
  ...form
}: FormProps & { asked: Asked; at: RefObject<HTMLElement | null> }) {
  const { t } = useLingui()
  const labels = {
    new: t`Save as a new view`,
    rename: t`Rename the view`,
    delete: t`Delete the view`,
    conflict: t`The view was changed`,
  }
  return (
    <PopoverAt at={at} label={labels[asked.what]} onClose={form.onClose}>
      <h2 className={css.title}>{labels[asked.what]}</h2>
      {asked.what === "new" && <NewView {...form} />}
      {asked.what === "rename" && <Rename {...form} view={asked.view} />}
      {asked.what === "delete" && <Delete {...form} view={asked.view} />}
      {asked.what === "conflict" && <Conflict {...form} view={asked.view} />}
    </PopoverAt>
  )
}

function NewView({ model, state, onClose }: FormProps) {
  const { t } = useLingui()
  const [name, setName] = useState("")
  const [shared, setShared] = useState(false)
  const sending = useSending(async () => {
    const made = await createView(model.collection.name, { ...viewOf(model.list.get()), name, shared })
    openView(model, made.id)
    onClose()
    tell(t`The view ${made.name} is saved.`)
    model.view?.focus()
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <TextField label={t`Name`} value={name} onChange={setName} errors={sending.of("name")} autoFocus />
      {state.shares && (
        <Checkbox isSelected={shared} onChange={setShared}>
          <Trans>Share with everybody who may view {model.collection.label_plural}</Trans>
        </Checkbox>
      )}
      <Refused error={sending.rest("name")} />
      <div className={css.buttons}>
        <Button type="submit" kind="primary" isPending={sending.pending}>
          <Trans>Save the view</Trans>
        </Button>
      </div>
    </form>
  )
}

function Rename({ view, onClose }: FormProps & { view: View }) {
  const { t } = useLingui()
  const [name, setName] = useState(view.name)
  const sending = useSending(async () => {
    await changeView(view, { name })
    onClose()
    tell(t`The view is called ${name} now.`)
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <TextField label={t`Name`} value={name} onChange={setName} errors={sending.of("name")} autoFocus />
      <Refused error={sending.rest("name")} />
      <div className={css.buttons}>
        <Button type="submit" kind="primary" isPending={sending.pending}>
          <Trans>Rename the view</Trans>
        </Button>
      </div>
    </form>
  )
}

function Delete({ model, view, onClose }: FormProps & { view: View }) {
  const { t } = useLingui()
  const sending = useSending(async () => {
    await deleteView(view)
    openView(model, undefined)
    onClose()
    tell(t`The view ${view.name} is deleted.`)
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <p>
        {view.shared ? (
          <Trans>{view.name} goes for everybody. The records stay.</Trans>
        ) : (
          <Trans>{view.name} goes. The records stay.</Trans>
        )}
      </p>
      <Refused error={sending.rest()} />
      <div className={css.buttons}>
        <Button onPress={onClose}>
          <Trans>Keep the view</Trans>
        </Button>
        <Button type="submit" kind="danger" isPending={sending.pending}>
          <Trans>Delete the view</Trans>
        </Button>
      </div>
    </form>
  )
}

/** Somebody has saved the view since it was read: theirs, ours over it, or ours beside it. */
function Conflict({ model, view, onClose, onAgain }: FormProps & { view: View }) {
  const { t } = useLingui()
  const [name, setName] = useState(t`${view.name}, mine`)
  const sending = useSending(async () => {
    const made = await createView(model.collection.name, { ...viewOf(model.list.get()), name })
    openView(model, made.id)
    onClose()
  })
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <p>
        <Trans>
          Somebody else has saved {view.name} since you opened it. Take theirs, or save yours beside it.
        </Trans>
      </p>
      <TextField label={t`Name of yours`} value={name} onChange={setName} errors={sending.of("name")} />
      <Refused error={sending.rest("name")} />
      <div className={css.buttons}>
        <Button
          onPress={() => {
            resetList(model)
            onAgain()
            onClose()
          }}
        >
          <Trans>Take theirs</Trans>
        </Button>
        <Button type="submit" kind="primary" isPending={sending.pending}>
          <Trans>Save mine as another</Trans>
        </Button>
      </div>
    </form>
  )
}

function Refused({ error }: { error: unknown }) {
  if (error === undefined) return null
  return (
    <Notice kind="danger">
      {error instanceof ApiError && error.status === 412 ? (
        <Trans>Somebody else has changed this view. Close this, and look at it again.</Trans>
      ) : (
        <Said error={error} />
      )}
    </Notice>
  )
}
