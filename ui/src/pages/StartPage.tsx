import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { client, queries } from "../app/client.ts"
import { refreshCollections } from "../app/collections.ts"
import { refreshMe, useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import css from "./StartPage.module.css"
import { setupQuery } from "./setup.ts"

interface Loaded {
  collections: string[]
  records: number
}

/** The ways to a first collection, or to one more. */
export function StartPage() {
  const { t } = useLingui()
  const me = useMe()
  if (!me.screens.includes("schema")) return <NothingForYou />
  return (
    <Page title={t`New collection`}>
      <ul className={css.ways}>
        <Way
          first={<Trans>Describe it.</Trans>}
          second={<Trans>Name a collection and its fields; the tables follow.</Trans>}
          to="/schema?new=1"
        >
          <Trans>New collection</Trans>
        </Way>
        <Way
          first={<Trans>Bring a table.</Trans>}
          second={<Trans>From a CSV file its fields and types are guessed, and its rows imported.</Trans>}
          to="/start/csv"
        >
          <Trans>Choose a file</Trans>
        </Way>
        <Sample />
      </ul>
    </Page>
  )
}

function NothingForYou() {
  const { t } = useLingui()
  return (
    <Page title={t`Data`}>
      <Couplet
        first={<Trans>There is nothing here that you may see.</Trans>}
        second={<Trans>Somebody who administers this server can give you a role.</Trans>}
      />
    </Page>
  )
}

function Way({
  first,
  second,
  to,
  children,
}: {
  first: React.ReactNode
  second: React.ReactNode
  to: string
  children: React.ReactNode
}) {
  const navigate = useNavigate()
  return (
    <li className={css.way}>
      <p className={css.first}>{first}</p>
      <p className={css.second}>{second}</p>
      <Button onPress={() => void navigate({ href: `/admin${to}` })}>{children}</Button>
    </li>
  )
}

/** The sample is offered while there is nothing else. */
function Sample() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const setup = useQuery({ ...setupQuery, queryKey: [...setupQuery.queryKey, "me"] })
  const loading = useMutation({
    mutationFn: () => client.post<Loaded>("/api/_/setup/sample/", {}),
    onSuccess: async ({ collections, records }) => {
      await Promise.all([
        refreshMe(),
        refreshCollections(),
        queries.invalidateQueries({ queryKey: ["setup"] }),
      ])
      tell(t`The sample is loaded: ${collections.length} collections, ${records} records.`)
      await navigate({ to: "/data/$collection", params: { collection: "articles" } })
    },
  })
  if (!setup.data?.sample) return null
  return (
    <li className={css.way}>
      <p className={css.first}>
        <Trans>Look around first.</Trans>
      </p>
      <p className={css.second}>
        <Trans>The sample is a small magazine: authors, articles, comments, events.</Trans>
      </p>
      <Button kind="primary" isPending={loading.isPending} onPress={() => loading.mutate()}>
        <Trans>Load the sample</Trans>
      </Button>
      {loading.error && <Failure what={<Trans>The sample was not loaded.</Trans>} error={loading.error} />}
    </li>
  )
}
