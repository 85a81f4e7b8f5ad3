import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { useState } from "react"
import { client } from "../app/client.ts"
import { type Collection, recordsPath, useCollection, type Value } from "../app/collections.ts"
import { inSentence, isolated } from "../app/words.ts"
import { Button } from "../parts/Button.tsx"
import { Checkbox } from "../parts/Field.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { Time } from "../parts/Time.tsx"
import { Shown } from "../record/fields/Shown.tsx"
import { NoCollection } from "../record/NoCollection.tsx"
import { refreshRecords, restore, revert, tellWithUndo } from "../record/undo.ts"
import css from "./DeletedPage.module.css"

interface Deleted {
  key: string
  display: string | null
  at: string
  actor: string | null
  actor_display: string | null
  via: string
  changeset: string
  values: { [field: string]: Value }
}

/** The records of a collection that are gone, and the way back. */
export function DeletedPage() {
  const { collection: name } = useParams({ from: "/shell/data/$collection/deleted" })
  const collection = useCollection(name)
  return collection ? (
    <DeletedList key={collection.id} collection={collection} />
  ) : (
    <NoCollection name={name} />
  )
}

function DeletedList({ collection }: { collection: Collection }) {
  const { t } = useLingui()
  const [cascade, setCascade] = useState(true)
  const many = inSentence(collection.label_plural)
  const query = useInfiniteQuery({
    queryKey: ["deleted", collection.name],
    queryFn: ({ signal, pageParam }) =>
      client.get<{ results: Deleted[]; next: string | null }>(`${recordsPath(collection.name)}deleted/`, {
        query: { cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  })
  const records = query.data?.pages.flatMap((page) => page.results) ?? []
  return (
    <Page
      title={t`Deleted ${many}`}
      actions={
        <Link to="/data/$collection" params={{ collection: collection.name }}>
          {t`Back to ${collection.label_plural}`}
        </Link>
      }
    >
      {query.isPending && <Loading />}
      {query.error && (
        <Failure
          what={<Trans>The deleted {many} did not load.</Trans>}
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.data && records.length === 0 && (
        <Couplet
          first={<Trans>No deleted {many}.</Trans>}
          second={<Trans>What is deleted is listed here as long as the history keeps it.</Trans>}
        />
      )}
      {records.length > 0 && (
        <>
          {collection.add !== "none" && (
            <Checkbox isSelected={cascade} onChange={setCascade}>
              <Trans>Bring back what was deleted with it, too</Trans>
            </Checkbox>
          )}
          <ul className={css.deleted}>
            {records.map((record) => (
              <DeletedRecord
                key={record.changeset + record.key}
                collection={collection}
                record={record}
                cascade={cascade}
              />
            ))}
          </ul>
        </>
      )}
      {query.hasNextPage && (
        <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          <Trans>Show older ones</Trans>
        </Button>
      )}
    </Page>
  )
}

function DeletedRecord({
  collection,
  record,
  cascade,
}: {
  collection: Collection
  record: Deleted
  cascade: boolean
}) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const [refused, setRefused] = useState<unknown>()
  const name = isolated(record.display || `#${record.key}`)
  const undelete = () => {
    setRefused(undefined)
    restore(collection, record.key, cascade ? { cascade: true } : {}).then((changeset) => {
      void refreshRecords()
      if (changeset) tellWithUndo(t`${name} is back.`, () => revert(changeset))
    }, setRefused)
  }
  const fields = collection.fields.filter((field) => field.name in record.values)
  const who = record.actor_display ?? (record.actor ? t`User ${record.actor}` : t`Couplet`)
  return (
    <li>
      <div className={css.entryTop}>
        <strong>{name}</strong>
        <span className={css.hint}>
          <Trans>
            deleted by {who}, <Time at={record.at} relative /> · {record.via}
          </Trans>
        </span>
        <Button
          kind="quiet"
          aria-expanded={open}
          aria-label={t`Values of ${name}`}
          onPress={() => setOpen(!open)}
        >
          <Plural value={fields.length} one="# value" other="# values" />
        </Button>
        {collection.add !== "none" && (
          <Button aria-label={t`Undelete ${name}`} onPress={undelete}>
            <Trans>Undelete</Trans>
          </Button>
        )}
      </div>
      {refused !== undefined && (
        <Notice kind="danger">
          <Said error={refused} />
        </Notice>
      )}
      {open && (
        <dl className={css.differences}>
          {fields.map((field) => (
            <div key={field.name}>
              <dt>{field.label}</dt>
              <dd>
                <Shown field={field} value={record.values[field.name] ?? null} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  )
}
