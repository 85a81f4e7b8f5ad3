import { Trans, useLingui } from "@lingui/react/macro"
import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { Button } from "../parts/Button.tsx"
import { Facts, Page, Part } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { Time } from "../parts/Time.tsx"
import css from "./Activity.module.css"
import { type Change, changesQuery, summaryQuery } from "./api.ts"
import { ChangeList } from "./ChangeList.tsx"
import { type Deed, mergeDeeds } from "./deeds.ts"
import { useNames, useUserNames } from "./names.ts"
import { RevertPart } from "./RevertPart.tsx"
import { Sentence, useDoors, useWho } from "./Sentence.tsx"

/** One changeset, or a group of them: all of its changes, and the way back. */
export function ChangesetPage() {
  const { t } = useLingui()
  const { changeset: id } = useParams({ from: "/shell/activity/$changeset" })
  return (
    <Page
      title={t`Change`}
      actions={
        <Link to="/activity">
          <Trans>All activity</Trans>
        </Link>
      }
    >
      <Changeset key={id} id={id} />
    </Page>
  )
}

function Changeset({ id }: { id: string }) {
  const query = useInfiniteQuery(changesQuery(id))
  const summary = useQuery(summaryQuery(id)).data
  if (query.isPending) return <Loading />
  if (query.error && !query.data) {
    return (
      <Failure
        what={<Trans>The change did not load.</Trans>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  }
  const changes = (query.data?.pages ?? []).flatMap((page) => page.results)
  const [deed] = mergeDeeds(
    [],
    changes.map((change) => ({ ...change, group: id })),
  )
  if (!deed) {
    return (
      <Couplet
        first={<Trans>There is no such change.</Trans>}
        second={<Trans>It may be older than the log, or of records that you may not see.</Trans>}
      />
    )
  }
  const whole = summary ? { ...deed, parts: summary.parts } : deed
  const count = whole.parts.reduce((sum, part) => sum + part.count, 0)
  return (
    <>
      <About deed={whole} complete={summary ? summary.exact : !query.hasNextPage} />
      <RevertPart
        deed={whole}
        id={id}
        count={!summary && query.hasNextPage ? Number.POSITIVE_INFINITY : count}
        onReverted={() => void query.refetch()}
      />
      <All
        changes={changes}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        pending={query.isFetchingNextPage}
      />
    </>
  )
}

function About({ deed, complete }: { deed: Deed; complete: boolean }) {
  const { t } = useLingui()
  const who = useWho(useUserNames([deed.actor]))(deed)
  const doors = useDoors()
  const single = deed.parts[0]
  const names = useNames(
    new Map(single?.collection && single.count === 1 ? [[single.collection, [single.key]]] : []),
  )
  const caused = deed.cause?.startsWith("revert ") ? deed.cause.slice("revert ".length) : undefined
  return (
    <div className={css.about}>
      <h2 className={css.sentence}>
        <Sentence deed={deed} who={who} names={names} />
      </h2>
      {!complete && (
        <p className={css.at}>
          <Trans>There are more changes than were counted.</Trans>
        </p>
      )}
      <Facts
        facts={[
          [t`When`, <Time key="at" at={deed.time} />],
          [t`By way of`, doors[deed.via] ?? deed.via],
          caused !== undefined && [
            t`Because of`,
            <Link key="cause" to="/activity/$changeset" params={{ changeset: caused }}>
              <Trans>the revert of another change</Trans>
            </Link>,
          ],
        ]}
      />
    </div>
  )
}

function All({
  changes,
  onMore,
  pending,
}: {
  changes: Change[]
  onMore: (() => void) | undefined
  pending: boolean
}) {
  const { t } = useLingui()
  return (
    <Part title={t`Changes`}>
      <ChangeList changes={changes} />
      {onMore && (
        <div className={css.actions}>
          <Button isPending={pending} onPress={onMore}>
            <Trans>Show more changes</Trans>
          </Button>
        </div>
      )}
    </Part>
  )
}
