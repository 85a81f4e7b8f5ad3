import { Trans, useLingui } from "@lingui/react/macro"
import { useQueryErrorResetBoundary } from "@tanstack/react-query"
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router"
import { NotForYou } from "../app/refusal.ts"
import { useTitle } from "../parts/Page.tsx"
import { Couplet, Failure } from "../parts/States.tsx"

/** An address that leads nowhere. */
export function NoSuchPage() {
  const { t } = useLingui()
  useTitle(t`No such page`)
  return (
    <Couplet
      heading
      first={<Trans>There is no such page.</Trans>}
      second={
        <Link to="/">
          <Trans>Go to the start</Trans>
        </Link>
      }
    />
  )
}

/** A page that could not be opened: the server's words, and a way to try again. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui()
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  useTitle(t`Not available`)
  if (error instanceof NotForYou) {
    return (
      <Couplet
        heading
        first={<Trans>You may not open this page.</Trans>}
        second={<Trans>Somebody who administers this server can give you the right to.</Trans>}
      />
    )
  }
  return (
    <Failure
      heading
      what={<Trans>The page did not load.</Trans>}
      error={error}
      onRetry={() => {
        queries.reset()
        reset()
        void router.invalidate()
      }}
    />
  )
}

/** The same where there is no frame around it yet. */
export function AloneFailed(props: ErrorComponentProps) {
  return (
    <main>
      <PageFailed {...props} />
    </main>
  )
}
