import { Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { type FormEvent, useState } from "react"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { nameFor, withAt } from "./document.ts"
import css from "./Schema.module.css"
import { useWork, useWorkState } from "./work.ts"

/** A name is all that a collection needs; its fields come next. */
export function NewCollection() {
  const { t } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const navigate = useNavigate()
  const [typed, setTyped] = useState("")
  const [wrong, setWrong] = useState<string>()
  const name = nameFor(typed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!name) return setWrong(t`A collection needs a name.`)
    if (Object.hasOwn(document.collections ?? {}, name))
      return setWrong(t`There is a collection ${name} already.`)
    work.edit((before) => withAt(before, ["collections", name], { fields: {} }))
    void navigate({ to: "/schema/$collection", params: { collection: name } })
  }
  const help =
    name && name !== typed
      ? t`It is called ${name} in addresses and expressions.`
      : t`Such as articles or opening hours.`
  return (
    <form className={css.new} onSubmit={submit} aria-label={t`New collection`}>
      <TextField
        label={t`Name of the collection`}
        help={help}
        value={typed}
        onChange={(value) => {
          setTyped(value)
          setWrong(undefined)
        }}
        errors={wrong ? [wrong] : undefined}
        autoFocus
        autoComplete="off"
      />
      <Button kind="primary" type="submit">
        <Trans>Describe its fields</Trans>
      </Button>
      <Button kind="quiet" onPress={() => void navigate({ to: "/schema", replace: true })}>
        <Trans>Cancel</Trans>
      </Button>
    </form>
  )
}
