import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { useStore } from "../../app/store.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { Progress } from "../../parts/States.tsx"
import { formatLocale } from "../../parts/Time.tsx"
import css from "../Toolbar.module.css"
import { workingOf } from "./behind.ts"

/** How far a change of many records is, and a way to end it. */
export function BulkWorking({ model }: { model: GridModel }) {
  const { t, i18n } = useLingui()
  const working = useStore(workingOf(model))
  const [ended, setEnded] = useState(false)
  if (!working) return null
  const { deed, count, done, cancel } = working
  const number = (n: number) => n.toLocaleString(formatLocale(i18n.locale))
  const percent = Math.floor((100 * done) / Math.max(1, count))
  const label = {
    trying: t`Checking ${number(count)} records`,
    changing: t`Changing ${number(count)} records`,
    deleting: t`Deleting ${number(count)} records`,
  }[deed]
  return (
    <section className={css.working} aria-label={label}>
      <span>{label}</span>
      <Progress
        label={label}
        value={done}
        of={count}
        text={t`${number(done)} of ${number(count)} · ${percent} %`}
      />
      <Button
        isPending={ended}
        onPress={() => {
          setEnded(true)
          cancel()
        }}
      >
        <Trans>Cancel</Trans>
      </Button>
    </section>
  )
}
