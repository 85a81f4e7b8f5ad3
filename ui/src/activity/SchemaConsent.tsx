import { Trans, useLingui } from "@lingui/react/macro"
import type { SchemaStep } from "../app/revert.ts"
import { TextField } from "../parts/Field.tsx"
import css from "./Activity.module.css"

/** Whether to every step that loses something was agreed, by the number of its records. */
export function agreed(steps: readonly SchemaStep[], typed: { [step: string]: string }): boolean {
  return steps.every(({ id, destructive, rows }) => !destructive || typed[id]?.trim() === String(rows ?? 0))
}

/** The plan of an earlier schema, in sentences; what is lost is agreed to by typing how much it is. */
export function SchemaConsent({
  steps,
  typed,
  onTyped,
}: {
  steps: readonly SchemaStep[]
  typed: { [step: string]: string }
  onTyped: (typed: { [step: string]: string }) => void
}) {
  const { t } = useLingui()
  if (steps.length === 0) return null
  return (
    <ol className={css.lines} aria-label={t`Plan`}>
      {steps.map(({ id, sentence, destructive, rows }) => (
        <li key={id}>
          {sentence}
          {destructive && (
            <TextField
              label={t`Type ${rows ?? 0} to agree`}
              value={typed[id] ?? ""}
              onChange={(text) => onTyped({ ...typed, [id]: text })}
              help={<Trans>The number of records that lose something.</Trans>}
            />
          )}
        </li>
      ))}
    </ol>
  )
}
