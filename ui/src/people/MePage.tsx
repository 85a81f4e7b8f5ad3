import { Trans, useLingui } from "@lingui/react/macro"
import { Page, Part } from "../parts/Page.tsx"
import { Keys } from "./Keys.tsx"
import { LogIns } from "./LogIns.tsx"
import { Email, Names, Password } from "./MeAccount.tsx"
import { MeData } from "./MeData.tsx"
import { MeLook } from "./MeLook.tsx"
import { NewKey } from "./NewKey.tsx"
import css from "./People.module.css"

/** What belongs to oneself: the account, how the admin looks, where one is logged in, one's keys and data. */
export function MePage() {
  const { t } = useLingui()
  return (
    <Page title={t`My account`}>
      <div className={css.parts}>
        <Part title={t`Names`}>
          <Names />
        </Part>
        <Part
          title={t`E-mail`}
          help={<Trans>The address changes once the link in a mail to it was opened.</Trans>}
        >
          <Email />
        </Part>
        <Part title={t`Password`} help={<Trans>A new one ends all your other log-ins.</Trans>}>
          <Password />
        </Part>
        <Part title={t`How the admin looks and acts`}>
          <MeLook />
        </Part>
        <Part title={t`My log-ins`}>
          <LogIns user="" />
        </Part>
        <Part
          title={t`My API keys`}
          help={<Trans>A key lets a program act as you, or with less than you may do.</Trans>}
        >
          <Keys user="" />
          <NewKey />
        </Part>
        <MeData />
      </div>
    </Page>
  )
}
