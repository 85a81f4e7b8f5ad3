import { Trans, useLingui } from "@lingui/react/macro"
import { Code } from "../parts/Code.tsx"
import { Notice } from "../parts/States.tsx"
import type { Sent } from "./api.ts"

/** A link to hand over, shown this once; why it was not mailed, where that was tried. */
export function OneTimeLink({ sent }: { sent: Sent }) {
  const { t } = useLingui()
  return (
    <>
      {sent.mail_error && (
        <Notice kind="warn">
          <Trans>The mail was not sent: {sent.mail_error}</Trans>
        </Notice>
      )}
      {sent.link && (
        <>
          <p>
            <Trans>Hand this link over. It is good once, and is not shown again.</Trans>
          </p>
          <Code text={sent.link} label={t`Link`} />
        </>
      )}
    </>
  )
}
