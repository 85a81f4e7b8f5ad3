import { Trans, useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { TextField } from "../parts/Field.tsx"
import { type Document, entriesOf, fieldsOf } from "./document.ts"
import css from "./Plan.module.css"
import type { Step } from "./plan.ts"

/** What somebody has typed to agree to each step that loses something. */
export type Consents = { [step: string]: string }

export function agreed(steps: readonly Step[], consents: Consents): boolean {
  return steps.every((step) => !step.destructive || consents[step.id]?.trim() === String(step.rows))
}

export function impossible(steps: readonly Step[]): boolean {
  return steps.some(({ problem }) => problem)
}

/** The steps that were agreed to. */
export function consentOf(steps: readonly Step[]): string[] {
  return steps.filter(({ destructive }) => destructive).map(({ id }) => id)
}

/** What a plan does, in sentences: first what cannot be done, then what loses something. */
export function Steps({
  steps,
  document,
  consents,
  onConsent,
}: {
  steps: readonly Step[]
  document: Document
  consents: Consents
  onConsent: (consents: Consents) => void
}) {
  const { t } = useLingui()
  const rank = ({ problem, destructive }: Step) => (problem ? 0 : destructive ? 1 : 2)
  const shown = steps.filter(({ sentence }) => sentence).toSorted((a, b) => rank(a) - rank(b))
  return (
    <ol className={css.steps} aria-label={t`Steps`}>
      {shown.map((step) => (
        <li
          key={step.id}
          className={css.step}
          data-kind={step.problem ? "danger" : step.destructive ? "warn" : undefined}
        >
          <p>{step.sentence}</p>
          {step.problem && (
            <p className={css.problem} role="alert">
              {step.problem} <Where step={step} document={document} />
            </p>
          )}
          {step.samples && step.samples.length > 0 && (
            <p className={css.samples}>
              <Trans>Such as {step.samples.join(", ")}</Trans>
            </p>
          )}
          {step.destructive && !step.problem && (
            <TextField
              label={t`Type ${step.rows} to agree`}
              inputMode="numeric"
              autoComplete="off"
              value={consents[step.id] ?? ""}
              onChange={(typed) => onConsent({ ...consents, [step.id]: typed })}
            />
          )}
        </li>
      ))}
    </ol>
  )
}

/** The way to the field that a step is about: its id names the collection and the field. */
function Where({ step, document }: { step: Step; document: Document }) {
  const [, collectionId, fieldId] = step.id.split(":")
  const collection = entriesOf(document.collections).find(([, part]) => part.id === collectionId)
  const field = fieldsOf(collection?.[1]).find(([, part]) => part.id === fieldId)
  if (!collection || !field) return null
  return (
    <Link to="/schema/$collection" params={{ collection: collection[0] }} search={{ field: field[0] }}>
      <Trans>Go to {field[0]}</Trans>
    </Link>
  )
}
