import { useLingui } from "@lingui/react/macro"
import type { Change } from "./changes.ts"
import css from "./Plan.module.css"

/** What is different in the document, in sentences: tables are told of by the steps, labels and rules only here. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useLingui()
  const say = useSentence()
  if (changes.length === 0) return null
  return (
    <>
      <h3 className={css.heading}>{t`In the schema`}</h3>
      <ul className={css.changes} aria-label={t`Changes of the schema`}>
        {changes.map((change) => (
          <li key={`${change.kind} ${change.what} ${change.of ?? ""} ${change.name}`}>{say(change)}</li>
        ))}
      </ul>
    </>
  )
}

function useSentence(): (change: Change) => string {
  const { t } = useLingui()
  return ({ kind, what, name, was = "", of = "", members = [] }) => {
    const nouns = {
      collection: t`Collection ${name}`,
      field: t`Field ${name} of ${of}`,
      resource: t`Resource ${name}`,
      role: t`Role ${name}`,
      other: t`Part ${name}`,
    }
    const noun = nouns[what]
    if (kind === "added") return t`${noun} is new.`
    if (kind === "removed") return t`${noun} goes.`
    if (kind === "renamed") return t`${noun} was called ${was}.`
    if (kind === "moved") return t`The fields of ${of} are in another order.`
    return members.length > 0
      ? t`${noun} has other options: ${members.join(", ")}.`
      : t`${noun} is different.`
  }
}
