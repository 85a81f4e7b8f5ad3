import { Trans, useLingui } from "@lingui/react/macro"
import { Code } from "../parts/Code.tsx"
import css from "./Api.module.css"
import { pretty } from "./examples.ts"

/** What came back. */
export interface Answered {
  status: number
  statusText: string
  milliseconds: number
  headers: [name: string, value: string][]
  text: string
}

/** Status, time, headers and body of an answer, its digits as they came. */
export function Answer({ answered }: { answered: Answered }) {
  const { t } = useLingui()
  const { status, statusText, milliseconds, headers, text } = answered
  return (
    <div className={css.answer}>
      <p role="status" className={css.status} data-ok={status < 400}>
        <Trans>
          {status} {statusText}, after {milliseconds} ms
        </Trans>
      </p>
      {text === "" ? (
        <p className={css.help}>
          <Trans>The answer has no body.</Trans>
        </p>
      ) : (
        <Code label={t`Answer`} text={pretty(text)} />
      )}
      <details>
        <summary>
          <Trans>Headers</Trans>
        </summary>
        <Code label={t`Headers`} text={headers.map(([name, value]) => `${name}: ${value}`).join("\n")} />
      </details>
    </div>
  )
}
