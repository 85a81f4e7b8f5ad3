import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { client, queries } from "../app/client.ts"
import { useSending } from "../app/form.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Code } from "../parts/Code.tsx"
import { Checkbox, Select, TextField } from "../parts/Field.tsx"
import { Notice } from "../parts/States.tsx"
import { SmallForm } from "./MeAccount.tsx"
import css from "./People.module.css"
import { ScopeTable } from "./ScopeTable.tsx"

/** Makes an API key; its secret is shown this once. */
export function NewKey() {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const [key, setKey] = useState("")
  if (key) {
    return (
      <Notice kind="ok">
        <p>
          <Trans>This is the key. It is not shown again.</Trans>
        </p>
        <Code text={key} label={t`API key`} />
        <Button onPress={() => setKey("")}>
          <Trans>Key is kept safe</Trans>
        </Button>
      </Notice>
    )
  }
  if (open) {
    return (
      <Form
        onDone={(made) => {
          setOpen(false)
          setKey(made)
        }}
        onCancel={() => setOpen(false)}
      />
    )
  }
  return (
    <div>
      <Button onPress={() => setOpen(true)}>
        <Trans>New API key</Trans>
      </Button>
    </div>
  )
}

const days = ["30", "90", "365", "never"] as const

function Form({ onDone, onCancel }: { onDone: (key: string) => void; onCancel: () => void }) {
  const { t } = useLingui()
  const me = useMe()
  const [name, setName] = useState("")
  const [all, setAll] = useState(false)
  const [scopes, setScopes] = useState<readonly string[]>([])
  const [good, setGood] = useState<string>("90")
  const sending = useSending(async () => {
    const expires = good === "never" ? null : inDays(Number(good))
    const body = { name, scopes: all ? [] : scopes, expires }
    const made = await client.post<{ key: string }>("/api/auth/keys/", body)
    await queries.invalidateQueries({ queryKey: ["people", "keys"] })
    onDone(made.key)
  })
  const empty = !all && scopes.length === 0
  return (
    <SmallForm
      sending={empty ? { ...sending, submit: (event) => event.preventDefault() } : sending}
      fields={["name", "scopes", "expires"]}
      button={<Trans>Make API key</Trans>}
      onCancel={onCancel}
    >
      <TextField
        label={t`Name`}
        aside
        value={name}
        onChange={setName}
        errors={sending.of("name")}
        help={t`What it is for, such as "nightly export".`}
        autoFocus
      />
      <Select
        label={t`Good for`}
        aside
        options={days.map((id) => ({ id, label: id === "never" ? t`until it is revoked` : t`${id} days` }))}
        value={good}
        onChange={setGood}
        errors={sending.of("expires")}
      />
      <Checkbox isSelected={all} onChange={setAll}>
        <Trans>May do all that I may do</Trans>
      </Checkbox>
      {!all && <ScopeTable collections={me.collections} value={scopes} onChange={setScopes} />}
      {sending.of("scopes")?.map((message) => (
        <p key={message} className={css.danger} role="alert">
          {message}
        </p>
      ))}
      {empty && (
        <p className={css.faint}>
          <Trans>Choose at least one thing that the key may do.</Trans>
        </p>
      )}
    </SmallForm>
  )
}

function inDays(count: number): string {
  return new Date(Date.now() + count * 86_400_000).toISOString()
}
