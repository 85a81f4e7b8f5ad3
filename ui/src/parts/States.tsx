import { Trans, useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import type { ReactNode } from "react"
import { Button } from "./Button.tsx"
import css from "./States.module.css"

/** Still grey lines, once it has taken long enough to be noticed. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const { t } = useLingui()
  return (
    <div className={css.loading} role="status" aria-label={t`Loading`}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={css.line} />
      ))}
    </div>
  )
}

/** A couplet: what is so, and, indented, what to do. */
export function Couplet({
  first,
  second,
  children,
  heading = false,
}: {
  first: ReactNode
  second?: ReactNode
  children?: ReactNode
  /** It is all that the page says. */
  heading?: boolean
}) {
  return (
    <div className={css.couplet}>
      {heading ? <h1 className={css.first}>{first}</h1> : <p className={css.first}>{first}</p>}
      {second && <p className={css.second}>{second}</p>}
      {children && <div className={css.actions}>{children}</div>}
    </div>
  )
}

/** What the server said when something could not be read, and a way to try again. */
export function Failure({
  what,
  error,
  onRetry,
  heading = false,
}: {
  what: ReactNode
  error: unknown
  onRetry?: () => void
  /** It is all that the page says. */
  heading?: boolean
}) {
  return (
    <div role="alert">
      <Couplet heading={heading} first={what} second={<Said error={error} />}>
        {onRetry && (
          <Button onPress={onRetry}>
            <Trans>Try again</Trans>
          </Button>
        )}
      </Couplet>
    </div>
  )
}

/** A failure's own words. */
export function Said({ error }: { error: unknown }) {
  if (!(error instanceof ApiError)) return <>{error instanceof Error ? error.message : String(error)}</>
  if (error.status === 0) return <Trans>The server did not answer. Is it running?</Trans>
  return <Trans>The server said: {error.detail}</Trans>
}

/** A sentence that belongs to a place on the page. */
export function Notice({
  kind = "info",
  children,
}: {
  kind?: "info" | "ok" | "warn" | "danger"
  children: ReactNode
}) {
  return (
    <div className={css.notice} data-kind={kind} role={kind === "danger" ? "alert" : "note"}>
      {children}
    </div>
  )
}

/** How far long work has come, with numbers. */
export function Progress({
  label,
  value,
  of,
  text,
}: {
  label: string
  value: number
  of: number
  text?: string
}) {
  const percent = of > 0 ? Math.min(100, Math.floor((100 * value) / of)) : 0
  return (
    <div className={css.progress}>
      <div
        className={css.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text ?? `${percent} %`}
      >
        <div className={css.bar} style={{ width: `${percent}%` }} />
      </div>
      <span className={css.number}>{text ?? `${percent} %`}</span>
    </div>
  )
}
