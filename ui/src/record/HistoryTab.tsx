import { Trans, useLingui } from "@lingui/react/macro"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { client } from "../app/client.ts"
import { type Collection, type Field, type Key, keyOf, type Row, type Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Couplet, Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { Time } from "../parts/Time.tsx"
import { wordDiff } from "./diff.ts"
import { Shown } from "./fields/Shown.tsx"
import css from "./HistoryTab.module.css"
import { useNames } from "./names.ts"
import { historyPath, type Version } from "./read.ts"
import { restore, revert, tellWithUndo } from "./undo.ts"

/** The versions of a record, the latest first, and the way back to each. */
export function HistoryTab({ collection, row }: { collection: Collection; row: Row }) {
  const key = keyOf(collection, row)
  const query = useInfiniteQuery({
    queryKey: ["history", collection.name, String(key), "pages"],
    queryFn: ({ signal, pageParam }) =>
      client.get<{ results: Version[]; next: string | null }>(historyPath(collection.name, key), {
        query: { cursor: pageParam, limit: 20 },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  })
  const versions = query.data?.pages.flatMap((page) => page.results) ?? []
  const actors = [...new Set(versions.flatMap(({ actor }) => (actor ? [actor as Key] : [])))]
  const name = useNames("users", actors)
  const [refused, setRefused] = useState<unknown>()
  const { t } = useLingui()
  if (query.isPending) return <Loading />
  if (query.error) {
    return (
      <Failure
        what={<Trans>The history did not load.</Trans>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (versions.length === 0) {
    return (
      <Couplet
        first={<Trans>No history.</Trans>}
        second={<Trans>The log keeps changes for a time only; this record is older.</Trans>}
      />
    )
  }
  const put = (version: Version, fields?: string[]) => {
    setRefused(undefined)
    restore(collection, key, { cursor: version.cursor, ...(fields ? { fields } : {}) }).then((changeset) => {
      if (changeset) tellWithUndo(t`Restored.`, () => revert(changeset))
    }, setRefused)
  }
  const may = row._can?.change ?? true
  return (
    <div className={css.history}>
      {refused !== undefined && (
        <Notice kind="danger">
          <Said error={refused} />
        </Notice>
      )}
      <ol>
        {versions.map((version, index) => (
          <VersionEntry
            key={version.cursor}
            collection={collection}
            version={version}
            who={version.actor ? name(version.actor) || t`User ${version.actor}` : t`Couplet`}
            onRestore={may && index > 0 && version.values ? (fields) => put(version, fields) : undefined}
          />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          <Trans>Show older versions</Trans>
        </Button>
      )}
    </div>
  )
}

function VersionEntry({
  collection,
  version,
  who,
  onRestore,
}: {
  collection: Collection
  version: Version
  who: string
  onRestore: ((fields?: string[]) => void) | undefined
}) {
  const { t } = useLingui()
  const whats: { [op: string]: string } = { create: t`created`, update: t`changed`, delete: t`deleted` }
  const fields = collection.fields.filter(
    (field) => field.name in version.fields && field.name !== collection.key,
  )
  const own = fields.filter((field) => field.writable)
  const changed = own.length > 0 ? own : fields
  const shown =
    version.op === "create" ? fields.filter((field) => !empty(version.fields[field.name]?.[1])) : changed
  return (
    <li className={css.entry}>
      <header className={css.entryTop}>
        <strong dir="auto">{who}</strong> <span>{whats[version.op] ?? version.op}</span>{" "}
        <Link to={`/activity/${version.changeset}` as string} className={css.when}>
          <Time at={version.time} />
        </Link>{" "}
        <span className={css.hint}>
          {version.via}
          {version.cause && ` · ${version.cause}`}
          {!version.exact && ` · ${t`values may be later ones`}`}
        </span>
        {onRestore && (
          <Button kind="quiet" onPress={() => onRestore()}>
            <Trans>Restore this version</Trans>
          </Button>
        )}
      </header>
      <dl className={css.differences}>
        {shown.map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>
              <Difference
                field={field}
                pair={version.fields[field.name] ?? [null, null]}
                created={version.op === "create"}
              />
            </dd>
            {onRestore && field.writable && (
              <dd>
                <Button
                  kind="quiet"
                  aria-label={t`Restore ${field.label} of this version`}
                  onPress={() => onRestore([field.name])}
                >
                  <Trans>Restore</Trans>
                </Button>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </li>
  )
}

const empty = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)

/** Before and after; of texts, the words that went and came. */
function Difference({
  field,
  pair: [before, after],
  created,
}: {
  field: Field
  pair: readonly [unknown, unknown]
  created: boolean
}) {
  const { t } = useLingui()
  if (created) return <Shown field={field} value={after as Value} />
  const texts = typeof before === "string" && typeof after === "string"
  if (texts && (field.type === "text" || field.type === "char") && !field.choices && before && after) {
    const pieces = wordDiff(before, after)
    if (pieces.some(({ kind, text }) => kind === "same" && text.trim())) {
      return (
        <span className={css.diff} dir="auto">
          {pieces.map(({ kind, text }, index) =>
            kind === "out" ? (
              <del key={index}>{text}</del>
            ) : kind === "in" ? (
              <ins key={index}>{text}</ins>
            ) : (
              text
            ),
          )}
        </span>
      )
    }
  }
  return (
    <span className={css.diff}>
      <del>
        <Shown field={field} value={(before ?? null) as Value} />
      </del>{" "}
      <span className={css.hint}>{t`then`}</span>{" "}
      <ins>
        <Shown field={field} value={(after ?? null) as Value} />
      </ins>
    </span>
  )
}
