import { Trans, useLingui } from "@lingui/react/macro"
import { Checkbox } from "../parts/Field.tsx"
import { Page, TabLinks } from "../parts/Page.tsx"
import { Lines } from "./Lines.tsx"
import { Requests } from "./Requests.tsx"
import { useAddress } from "./useAddress.ts"

/** What was asked of the server, and what it wrote into its own log. */
export function LogsPage() {
  const { t } = useLingui()
  const [{ tab, follow }, change] = useAddress()
  return (
    <Page
      title={t`Logs`}
      tabs={
        <TabLinks
          label={t`Parts of the logs`}
          current={tab}
          tabs={[
            { id: "requests", label: t`Requests` },
            { id: "lines", label: t`Server lines` },
          ]}
        />
      }
      actions={
        <Checkbox isSelected={follow === "1"} onChange={(on) => change({ follow: on ? "1" : undefined })}>
          <Trans>Follow</Trans>
        </Checkbox>
      }
    >
      {tab === "lines" ? <Lines /> : <Requests />}
    </Page>
  )
}
