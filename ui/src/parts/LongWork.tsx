import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import type { Working } from "../app/background.ts"
import { Button } from "./Button.tsx"
import css from "./LongWork.module.css"
import { Progress } from "./States.tsx"
import { formatLocale } from "./Time.tsx"

/** How far long work is, with numbers, and a way to end it. `written` writes what is counted, `line` puts all into one. */
export function LongWork({
  label,
  working: { done, total, cancel },
  written,
  line,
}: {
  label: string
  working: Omit<Working, "cancel"> & { cancel?: () => void }
  written?: (amount: number) => string
  line?: boolean
}) {
  const { t, i18n } = useLingui()
  const [ended, setEnded] = useState(false)
  const write = written ?? ((n: number) => n.toLocaleString(formatLocale(i18n.locale)))
  const percent = Math.floor((100 * done) / Math.max(1, total))
  return (
    <section className={css.work} aria-label={label} data-line={line || undefined}>
      <span>{label}</span>
      <Progress
        label={label}
        value={done}
        of={total}
        {...(total > 0 && { text: t`${write(done)} of ${write(total)} · ${percent} %` })}
      />
      {cancel && (
        <Button
          isPending={ended}
          onPress={() => {
            setEnded(true)
            cancel()
          }}
        >
          <Trans>Cancel</Trans>
        </Button>
      )}
    </section>
  )
}
