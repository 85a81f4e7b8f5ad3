import { Trans, useLingui } from "@lingui/react/macro"
import { UserPlus } from "lucide-react"
import { Beside } from "../parts/Beside.tsx"
import { Button } from "../parts/Button.tsx"
import { Page, TabLinks } from "../parts/Page.tsx"
import { InvitePanel } from "./InvitePanel.tsx"
import { Keys } from "./Keys.tsx"
import { Log } from "./Log.tsx"
import { LogIns } from "./LogIns.tsx"
import css from "./People.module.css"
import { PeopleList } from "./PeopleList.tsx"
import { usePeople } from "./usePeople.ts"

/** Everybody who has an account, and what accounts are up to. */
export function PeoplePage() {
  const { t } = useLingui()
  const { search, go } = usePeople()
  return (
    <Page
      title={t`People`}
      wide
      tabs={
        <TabLinks
          label={t`Parts of people`}
          current={search.tab}
          tabs={[
            { id: "users", label: t`Accounts` },
            { id: "invites", label: t`Invitations` },
            { id: "log-ins", label: t`Log-ins` },
            { id: "keys", label: t`API keys` },
            { id: "log", label: t`Log` },
          ]}
        />
      }
      actions={
        <Button kind="primary" icon={UserPlus} onPress={() => go({ new: "1" }, "open")}>
          <Trans>Invite somebody</Trans>
        </Button>
      }
    >
      <Beside
        panel={
          search.new === "1" && <InvitePanel role={search.role} onClose={() => go({ new: undefined })} />
        }
      >
        <div className={css.content}>
          <Content tab={search.tab} />
        </div>
      </Beside>
    </Page>
  )
}

function Content({ tab }: { tab: string | undefined }) {
  if (tab === "invites") return <PeopleList invited />
  if (tab === "log-ins") return <LogIns user="*" />
  if (tab === "keys") return <Keys user="*" />
  if (tab === "log") return <Log of={{ collection: "users" }} />
  return <PeopleList />
}
