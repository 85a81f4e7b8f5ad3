import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { type FormEvent, useState } from "react"
import { Button } from "../parts/Button.tsx"
import { Checkbox, Select, TextField } from "../parts/Field.tsx"
import { Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import css from "./Settings.module.css"
import { changeSetting, type Setting, type SettingValue, shown, typed } from "./settings.ts"

/** One setting: its name and meaning, its value, and where that comes from. */
export function SettingRow({ setting }: { setting: Setting }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no group of form fields, and too small for a landmark
    <div className={css.row} role="group" aria-label={setting.name}>
      <div className={css.meaning}>
        <h3 className={css.name}>{setting.name}</h3>
        <p className={css.help}>{setting.description}</p>
      </div>
      <div className={css.value}>
        {/* What others store is shown in the place of what was here; what one types oneself is kept. */}
        {setting.changeable ? (
          <Edit key={`${setting.source} ${shown(setting.value)}`} setting={setting} />
        ) : (
          <ReadOnly setting={setting} />
        )}
      </div>
    </div>
  )
}

function ReadOnly({ setting }: { setting: Setting }) {
  const { t } = useLingui()
  const { secret, set, value } = setting
  const text = shown(value)
  return (
    <>
      <p className={css.fixed}>
        {secret && text === "" ? (
          <span className={css.none}>{set ? t`set, not shown` : t`not set`}</span>
        ) : text === "" ? (
          <span className={css.none}>{t`empty`}</span>
        ) : (
          <code>
            <bdi>{text}</bdi>
          </code>
        )}
      </p>
      <p className={css.source}>
        <Source setting={setting} />
      </p>
    </>
  )
}

/** Where a value comes from, and where it can be changed. */
function Source({ setting }: { setting: Setting }) {
  const { source, flag, environment } = setting
  switch (source) {
    case "flag":
      return (
        <Trans>
          Set by the flag <code>{flag}</code>. Change it where the server is started.
        </Trans>
      )
    case "environment":
      return (
        <Trans>
          Set by the environment variable <code>{environment}</code>. Change it there.
        </Trans>
      )
    case "file":
      return <Trans>Set in the file of settings. Change it there, and start the server anew.</Trans>
    case "stored":
      return <Trans>Stored here. The default is {defaultOf(setting)}.</Trans>
    default:
      return setting.changeable ? (
        <Trans>The default.</Trans>
      ) : (
        <Trans>
          The default. Start the server with <code>{flag}</code> or <code>{environment}</code> to change it.
        </Trans>
      )
  }
}

function defaultOf(setting: Setting) {
  const text = shown(setting.default)
  return text ? <bdi>{text}</bdi> : <Trans>empty</Trans>
}

function Edit({ setting }: { setting: Setting }) {
  const { t } = useLingui()
  const { name } = setting
  const [text, setText] = useState(shown(setting.value))
  const changed = text !== shown(setting.value)
  const storing = useMutation({
    mutationFn: (value: SettingValue | null) => changeSetting(name, value),
    onSuccess: () => tell(t`${name} is stored, and counts from now on.`),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (changed) storing.mutate(setting.kind === "boolean" ? text === "true" : typed(setting, text))
  }
  const errors = storing.error instanceof ApiError ? storing.error.of(name) : []
  return (
    <form onSubmit={submit} className={css.form}>
      <Input setting={setting} text={text} onChange={setText} errors={errors} />
      {storing.error && errors.length === 0 && (
        <p role="alert" className={css.error}>
          <Said error={storing.error} />
        </p>
      )}
      <p className={css.source}>
        <Source setting={setting} />
      </p>
      <div className={css.actions}>
        {changed && (
          <>
            <Button type="submit" kind="primary" isPending={storing.isPending}>
              <Trans>Store {name}</Trans>
            </Button>
            <Button
              kind="quiet"
              onPress={() => {
                setText(shown(setting.value))
                storing.reset()
              }}
            >
              <Trans>Discard</Trans>
            </Button>
          </>
        )}
        {setting.source === "stored" && !changed && (
          <Button isPending={storing.isPending} onPress={() => storing.mutate(null)}>
            <Trans>Back to the default</Trans>
          </Button>
        )}
      </div>
    </form>
  )
}

interface InputProps {
  setting: Setting
  text: string
  onChange: (text: string) => void
  errors: string[]
}

function Input({ setting, text, onChange, errors }: InputProps) {
  const { name, kind, choices } = setting
  if (kind === "boolean") {
    return (
      <Checkbox isSelected={text === "true"} onChange={(on) => onChange(String(on))}>
        {name}
      </Checkbox>
    )
  }
  if (choices.length > 0) {
    const options = choices.map((choice) => ({ id: choice, label: choice }))
    return (
      <Select label={name} hideLabel options={options} value={text} onChange={onChange} errors={errors} />
    )
  }
  return (
    <TextField
      label={name}
      hideLabel
      mono
      value={text}
      onChange={onChange}
      errors={errors}
      inputMode={kind === "number" ? "numeric" : undefined}
      autoComplete="off"
      spellCheck="false"
    />
  )
}
