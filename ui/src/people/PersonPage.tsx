import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { Facts, Page, Part, TabLinks } from "../parts/Page.tsx"
import { Couplet, Failure, Loading, Notice } from "../parts/States.tsx"
import { Time } from "../parts/Time.tsx"
import { fullName, type Person, personQuery } from "./api.ts"
import { InvitationActions } from "./Invitation.tsx"
import { Keys } from "./Keys.tsx"
import { Log } from "./Log.tsx"
import { LogIns } from "./LogIns.tsx"
import css from "./People.module.css"
import { PersonEnd } from "./PersonEnd.tsx"
import { PersonForm } from "./PersonForm.tsx"
import { useStateWords } from "./words.ts"

const route = getRouteApi("/shell/people/$id")

/** One account: who it is, what it may do, where it is logged in, what it did. */
export function PersonPage() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const person = useQuery(personQuery(id))
  if (person.error) {
    const gone = person.error instanceof ApiError && person.error.status === 404
    return (
      <Page title={t`People`}>
        {gone ? (
          <Couplet
            first={<Trans>There is no such account.</Trans>}
            second={
              <Link to="/people">
                <Trans>Show all people</Trans>
              </Link>
            }
          />
        ) : (
          <Failure
            what={<Trans>The account did not load.</Trans>}
            error={person.error}
            onRetry={() => void person.refetch()}
          />
        )}
      </Page>
    )
  }
  if (!person.data) {
    return (
      <Page title={t`People`}>
        <Loading />
      </Page>
    )
  }
  return <Shown person={person.data} />
}

function Shown({ person }: { person: Person }) {
  const { t } = useLingui()
  const { tab } = route.useSearch()
  return (
    <Page
      title={fullName(person) ? `${person.username} · ${fullName(person)}` : person.username}
      area={t`People`}
      tabs={
        <TabLinks
          label={t`Parts of the account`}
          current={tab}
          tabs={[
            { id: "account", label: t`Account` },
            { id: "log-ins", label: t`Log-ins`, count: person.logins },
            { id: "keys", label: t`API keys`, count: person.keys },
            { id: "log", label: t`Log` },
          ]}
        />
      }
      actions={
        <Link to="/people">
          <Trans>All people</Trans>
        </Link>
      }
    >
      {tab === "log-ins" ? (
        <LogIns user={person.id} />
      ) : tab === "keys" ? (
        <Keys user={person.id} />
      ) : tab === "log" ? (
        <>
          <p>
            <Link to={`/activity?actor=${encodeURIComponent(person.id)}` as string}>
              <Trans>Show it in the activity</Trans>
            </Link>
          </p>
          <Log of={{ actor: person.id }} />
        </>
      ) : (
        <Account person={person} />
      )}
    </Page>
  )
}

function Account({ person }: { person: Person }) {
  const { t } = useLingui()
  const states = useStateWords()
  return (
    <>
      {person.invitation && (
        <Notice kind={person.invitation.expired ? "warn" : "info"}>
          <p>
            {person.invitation.expired ? (
              <Trans>The invitation by {person.invitation.by_name} has expired.</Trans>
            ) : (
              <Trans>
                Invited by {person.invitation.by_name}; the link is good until{" "}
                <Time at={person.invitation.expires} />.
              </Trans>
            )}
          </p>
          <InvitationActions person={person} />
        </Notice>
      )}
      <div className={css.form}>
        <Facts
          facts={[
            [t`State`, states[person.state]],
            [t`E-mail`, person.email || <span key="none" className={css.faint}>{t`none`}</span>],
            [
              t`Last log-in`,
              person.last_login ? (
                <Time key="last" at={person.last_login} />
              ) : (
                <span key="never" className={css.faint}>{t`never`}</span>
              ),
            ],
            [t`Joined`, <Time key="joined" at={person.date_joined} />],
            person.permissions.length > 0 && [
              t`Permissions of their own`,
              <code key="own" className={css.code}>
                {person.permissions.join(" ")}
              </code>,
            ],
            [
              t`Logged in`,
              <Plural key="n" value={person.logins} _0="nowhere" one="in # place" other="in # places" />,
            ],
          ]}
        />
      </div>
      <Part title={t`Names and rights`}>
        <PersonForm key={person._v} person={person} />
      </Part>
      <PersonEnd person={person} />
    </>
  )
}
