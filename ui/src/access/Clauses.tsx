import { Trans, useLingui } from "@lingui/react/macro"
import { Check, Minus, X } from "lucide-react"
import css from "./Access.module.css"
import type { Clause, RuleExplanation } from "./api.ts"

/** The clauses of a rule with what the record made of them; those that decided come in full ink. */
export function Clauses({
  explanation,
  decidingOnly = false,
}: {
  explanation: RuleExplanation
  decidingOnly?: boolean
}) {
  const all = explanation.clauses ?? []
  const shown = decidingOnly ? all.filter((clause) => clause.deciding) : all
  return (
    <ul className={css.clauses}>
      {shown.map((clause, index) => (
        <li key={`${index}${clause.source}`} data-deciding={clause.deciding}>
          <Truth truth={clause.truth} />
          <span>
            <code className={css.code}>{clause.source}</code>
            <span className={css.clauseText}>{clause.text}</span>
            {clause.deciding && !decidingOnly && all.length > 1 && (
              <span className={css.decides}>
                <Trans>decides</Trans>
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** A check, a cross, or a dash where it cannot be known. */
export function Truth({ truth }: { truth: Clause["truth"] }) {
  const { t } = useLingui()
  const Sign = truth === "true" ? Check : truth === "false" ? X : Minus
  const label = truth === "true" ? t`true` : truth === "false" ? t`false` : t`unknown`
  return (
    <span className={css.truth} data-truth={truth} role="img" aria-label={label} title={label}>
      <Sign size={16} strokeWidth={1.5} aria-hidden />
    </span>
  )
}
