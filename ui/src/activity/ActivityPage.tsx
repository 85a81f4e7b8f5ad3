import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useSearch } from "@tanstack/react-router"
import { useEffect, useRef } from "react"
import { useLive, useTopic } from "../app/live.ts"
import { useMe } from "../app/session.ts"
import { useZone } from "../app/zone.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { formatLocale } from "../parts/Time.tsx"
import css from "./Activity.module.css"
import { ActivityFilters } from "./ActivityFilters.tsx"
import { deedsQuery, type Filters, headQuery, summaryQuery } from "./api.ts"
import { type Deed, joinDeeds, newDeeds } from "./deeds.ts"
import { useNames, useUserNames } from "./names.ts"
import { Sentence, useDoors, useWho } from "./Sentence.tsx"

/** What was done, by whom, the latest first. */
export function ActivityPage() {
  const { t } = useLingui()
  const filters = useSearch({ from: "/shell/activity" })
  return (
    <Page title={t`Activity`} wide>
      <ActivityFilters filters={filters} />
      <Deeds key={JSON.stringify(filters)} filters={filters} />
    </Page>
  )
}

function Deeds({ filters }: { filters: Filters }) {
  const query = useInfiniteQuery(deedsQuery(filters))
  if (query.isPending) return <Loading lines={12} />
  if (query.error && !query.data) {
    return (
      <Failure
        what={<Trans>The activity did not load.</Trans>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  }
  const deeds = joinDeeds((query.data?.pages ?? []).map((page) => page.deeds))
  const filtered = Object.values(filters).some(Boolean)
  return (
    <div className={css.scroll}>
      <Fresh filters={filters} newest={query.data?.pages[0]?.newest} />
      {deeds.length === 0 && !query.hasNextPage && (
        <Couplet
          first={<Trans>Nothing was done yet.</Trans>}
          second={
            filtered ? (
              <Trans>Nothing that these filters let through, at least.</Trans>
            ) : (
              <Trans>What you and others change is told here, and can be taken back.</Trans>
            )
          }
        />
      )}
      <DeedList deeds={deeds} />
      {query.hasNextPage && (
        <More
          pending={query.isFetchingNextPage}
          failed={query.isFetchNextPageError}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </div>
  )
}

/** What has come since the list was read waits here: the list does not move by itself. */
function Fresh({ filters, newest }: { filters: Filters; newest: string | undefined }) {
  const me = useMe()
  const cache = useQueryClient()
  const head = useQuery(headQuery(filters))
  const look = () => void head.refetch()
  useTopic("schema", look)
  const watched = me.collections.filter(
    ({ collection, view }) => view !== "none" && (!filters.collection || filters.collection === collection),
  )
  const count = head.data ? newDeeds(head.data.results, newest) : 0
  return (
    <>
      {watched.map(({ collection }) => (
        <Watch key={collection} collection={collection} onChange={look} />
      ))}
      <div role="status">
        {count !== 0 && (
          <div className={css.fresh}>
            <Button
              kind="quiet"
              onPress={() => void cache.resetQueries({ queryKey: deedsQuery(filters).queryKey })}
            >
              {count === undefined ? (
                <Trans>Many new</Trans>
              ) : (
                <Plural value={count} one="# new" other="# new" />
              )}
            </Button>
          </div>
        )}
      </div>
    </>
  )
}

/** Tells when something in a collection has changed. */
function Watch({ collection, onChange }: { collection: string; onChange: () => void }) {
  useLive(`/api/_/records/${encodeURIComponent(collection)}/?limit=1`, {
    onSnapshot: onChange,
    onChanges: onChange,
  })
  return null
}

/** Groups are summed up by the server: only some of their changes were read. */
function useWhole(deeds: Deed[]): Deed[] {
  const groups = deeds.filter(({ grouped }) => grouped)
  const summaries = useQueries({ queries: groups.map(({ id }) => summaryQuery(id)) })
  const known = new Map(summaries.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])))
  return deeds.map((deed) => ({ ...deed, parts: known.get(deed.id)?.parts ?? deed.parts }))
}

function DeedList({ deeds: read }: { deeds: Deed[] }) {
  const deeds = useWhole(read)
  const { i18n } = useLingui()
  const locale = formatLocale(i18n.locale)
  const zone = useZone()
  const singles = new Map<string, string[]>()
  for (const { collection, key, count, op } of deeds.flatMap(({ parts }) => parts)) {
    if (count === 1 && collection && key && op !== "delete") {
      singles.set(collection, [...(singles.get(collection) ?? []), key])
    }
  }
  const names = useNames(singles)
  const who = useWho(useUserNames(deeds.map(({ actor }) => actor)))
  const doors = useDoors()
  const days = Map.groupBy(deeds, ({ time }) =>
    new Date(time).toLocaleDateString(locale, { ...zone, dateStyle: "full" }),
  )
  return [...days].map(([day, all]) => (
    <section key={day} aria-label={day}>
      <h2 className={css.day}>{day}</h2>
      <ul>
        {all.map((deed) => (
          <li key={deed.id}>
            <Link to="/activity/$changeset" params={{ changeset: deed.id }} className={css.deed}>
              <time className={css.at} dateTime={deed.time} title={deed.time}>
                {new Date(deed.time).toLocaleTimeString(locale, { ...zone, timeStyle: "short" })}
              </time>
              <span>
                <Sentence deed={deed} who={who(deed)} names={names} />
              </span>
              <span className={css.via}>{doors[deed.via] ?? deed.via}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  ))
}

/** Goes on by itself when its end comes into sight; the button does the same. */
function More({ pending, failed, onMore }: { pending: boolean; failed: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!end.current || pending || failed) return
    const observer = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && onMore())
    observer.observe(end.current)
    return () => observer.disconnect()
  })
  return (
    <div ref={end} className={css.more}>
      <Button isPending={pending} onPress={onMore}>
        <Trans>Show earlier ones</Trans>
      </Button>
    </div>
  )
}
