import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { languages } from "../app/i18n.ts"
import { changePreferences, usePreferences } from "../app/preferences.ts"
import { Choice } from "../parts/Choice.tsx"
import { Checkbox, Chooser, Select } from "../parts/Field.tsx"
import { Said } from "../parts/States.tsx"
import css from "./People.module.css"

/** Preferences; each acts and is stored as soon as it is chosen. */
export function MeLook() {
  const { t, i18n } = useLingui()
  const { theme = "system", density = "comfortable", zone, shortcuts = true } = usePreferences()
  const [error, setError] = useState<unknown>()
  const change = (what: { [name: string]: unknown }) => {
    setError(undefined)
    changePreferences(what).catch(setError)
  }
  return (
    <div className={css.form}>
      <Choice
        label={t`Theme`}
        value={theme}
        onChange={(next) => change({ theme: next })}
        options={[
          { id: "system", label: t`As the system` },
          { id: "light", label: t`Light` },
          { id: "dark", label: t`Dark` },
        ]}
      />
      <Choice
        label={t`Rows`}
        value={density}
        onChange={(next) => change({ density: next })}
        options={[
          { id: "comfortable", label: t`Comfortable` },
          { id: "dense", label: t`Dense` },
        ]}
      />
      <div className={css.two}>
        <Select
          label={t`Language`}
          options={Object.entries(languages).map(([id, label]) => ({ id, label }))}
          value={i18n.locale}
          onChange={(language) => change({ language })}
        />
        <Zone zone={zone} onChange={(next) => change({ zone: next })} />
      </div>
      <Checkbox isSelected={shortcuts} onChange={(next) => change({ shortcuts: next })}>
        <Trans>Single letters are shortcuts in the grid</Trans>
      </Checkbox>
      {error ? (
        <p className={css.danger} role="alert">
          <Said error={error} />
        </p>
      ) : null}
    </div>
  )
}

/** The zone in which times are shown: the browser's, unless another is chosen. */
function Zone({ zone, onChange }: { zone: string | undefined; onChange: (zone: string | null) => void }) {
  const { t } = useLingui()
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = Intl.supportedValuesOf("timeZone")
  return (
    <Chooser
      label={t`Time zone`}
      options={[
        { id: "browser", label: t`As the browser: ${own}` },
        ...[...(zones.includes("UTC") ? [] : ["UTC"]), ...zones].map((id) => ({ id, label: id })),
      ]}
      value={zone || "browser"}
      onChange={(next) => next && onChange(next === "browser" ? null : next)}
    />
  )
}
