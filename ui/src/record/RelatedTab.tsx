import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { client } from "../app/client.ts"
import {
  type Collection,
  type Key,
  keyOf,
  type Row,
  recordsPath,
  useCollections,
} from "../app/collections.ts"

import { inSentence } from "../app/words.ts"
import { Couplet, Failure, Loading } from "../parts/States.tsx"

import { formatLocale } from "../parts/Time.tsx"
import css from "./RelatedTab.module.css"
import { isMany } from "./values.ts"

/** The records that refer to this one. */
export function RelatedTab({ collection, row }: { collection: Collection; row: Row }) {
  const collections = useCollections()
  const key = keyOf(collection, row)
  const known = collection.reverse.flatMap((reverse) => {
    const from = collections.find((one) => one.name === reverse.collection)
    const field = from?.fields.find((one) => one.name === reverse.field)
    return from && field && from.view !== "none" ? [{ from, field }] : []
  })
  if (known.length === 0) {
    return (
      <Couplet
        first={<Trans>Nothing refers to {inSentence(collection.label_plural)}.</Trans>}
        second={<Trans>A relation of another collection to this one would be listed here.</Trans>}
      />
    )
  }
  return (
    <div className={css.related}>
      {known.map(({ from, field }) => (
        <RelatedList
          key={`${from.name} ${field.name}`}
          from={from}
          label={field.label}
          field={field.name}
          filter={filterOf(field.name, isMany(field), key)}
          recordKey={key}
        />
      ))}
    </div>
  )
}

function filterOf(field: string, many: boolean, key: Key): string {
  const value = typeof key === "number" ? String(key) : JSON.stringify(key)
  return many ? `${field}.exists(r, r == ${value})` : `this.${field} == ${value}`
}

function RelatedList({
  from,
  label,
  field,
  filter,
  recordKey,
}: {
  from: Collection
  label: string
  field: string
  filter: string
  recordKey: Key
}) {
  const { t, i18n } = useLingui()
  const found = useQuery({
    queryKey: ["related", from.name, filter],
    queryFn: async ({ signal }) => {
      const [page, total] = await Promise.all([
        client.get<{ results: Row[] }>(recordsPath(from.name), { query: { filter, limit: 10 }, signal }),
        client.get<{ count: number | null; exact: boolean }>(`${recordsPath(from.name)}count/`, {
          query: { filter, deadline_ms: 2000 },
          signal,
        }),
      ])
      return { rows: page.results, ...total }
    },
    staleTime: 0,
  })
  const number = new Intl.NumberFormat(formatLocale(i18n.locale))
  const { rows = [], count = null, exact = true } = found.data ?? {}
  return (
    <section className={css.relatedList} aria-label={t`${from.label_plural} by ${label}`}>
      <header className={css.entryTop}>
        <h2 className={css.heading}>{from.label_plural}</h2>
        <span className={css.hint}>
          {label}
          {count !== null && ` · ${exact ? "" : "≈"}${number.format(count)}`}
        </span>
        {from.add !== "none" && (
          <Link
            to="/data/$collection/new"
            params={{ collection: from.name }}
            search={{ [`set.${field}`]: String(recordKey) } as never}
          >
            {t`New ${from.label}`}
          </Link>
        )}
      </header>
      {found.isPending && <Loading lines={3} />}
      {found.error && (
        <Failure
          what={<Trans>These records did not load.</Trans>}
          error={found.error}
          onRetry={() => void found.refetch()}
        />
      )}
      {found.data && rows.length === 0 && <p className={css.hint}>{t`None.`}</p>}
      <ul>
        {rows.map((row) => {
          const key = String(keyOf(from, row))
          return (
            <li key={key}>
              <Link dir="auto" to="/data/$collection/$id" params={{ collection: from.name, id: key }}>
                {row._display || `#${key}`}
              </Link>
            </li>
          )
        })}
      </ul>
      {rows.length > 0 && (
        <Link to="/data/$collection" params={{ collection: from.name }} search={{ filter } as never}>
          {t`Show these ${inSentence(from.label_plural)} in the list`}
        </Link>
      )}
    </section>
  )
}
