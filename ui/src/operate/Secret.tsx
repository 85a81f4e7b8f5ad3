import { Trans, useLingui } from "@lingui/react/macro"
import { Code } from "../parts/Code.tsx"
import { Notice } from "../parts/States.tsx"

/** A secret, which is told this once. */
export function Secret({ secret }: { secret: string }) {
  const { t } = useLingui()
  return (
    <>
      <Notice kind="warn">
        <Trans>This is the secret that messages are signed with. Copy it now: it is not shown again.</Trans>
      </Notice>
      <Code text={secret} label={t`Secret`} />
    </>
  )
}
