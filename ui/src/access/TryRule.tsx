import { Trans, useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { client } from "../app/client.ts"
import { useChecked, useSettled } from "../expression/useChecked.ts"
import { PersonLookup, type PersonShort } from "../parts/PersonLookup.tsx"
import { Said } from "../parts/States.tsx"
import { formatLocale } from "../parts/Time.tsx"
import css from "./Access.module.css"
import { type Tried, tryQuery } from "./api.ts"
import { Clauses, Truth } from "./Clauses.tsx"
import { RecordLookup } from "./lookups.tsx"
import { useAccess } from "./useAccess.ts"
import { anonymous, useVisitor } from "./words.ts"

/** All that must be true together, as one expression. */
export function joined(...rules: string[]): string {
  const written = rules.filter((rule) => rule.trim() !== "")
  if (written.length === 0) return "true"
  return written.length === 1 ? (written[0] ?? "") : written.map((rule) => `(${rule})`).join(" && ")
}

/** A rule on the records there are, as a chosen user: how many pass, and which clause decided about a few. */
export function TryRule({ collection, expr, role }: { collection: string; expr: string; role?: string }) {
  const { t } = useLingui()
  const { search, go } = useAccess()
  const first = useFirstOf(role)
  const as = search.as ?? first
  return (
    <section className={css.trial} aria-label={t`Trial`}>
      <PersonLookup nobody={useVisitor()} label={t`Try as`} value={as} onChange={(id) => go({ as: id })} />
      {as !== undefined && (
        <Counts collection={collection} expr={expr} user={as}>
          <RecordTrial collection={collection} expr={expr} user={as} />
        </Counts>
      )}
    </section>
  )
}

/** Somebody who has the role, to begin with; the anonymous visitor for "anyone". */
function useFirstOf(role: string | undefined): string | undefined {
  const named = role !== undefined && role !== "anyone" && role !== "signed_in" ? role : undefined
  const people = useQuery({
    queryKey: ["people", "first", named],
    queryFn: ({ signal }) =>
      client.get<{ results: PersonShort[] }>("/api/_/people/", {
        query: { limit: 1, state: "active", role: named },
        signal,
      }),
    enabled: role !== "anyone",
  })
  return role === "anyone" ? anonymous : people.data?.results[0]?.id
}

const userOf = (as: string) => (as === anonymous ? "" : as)

function useTrial(collection: string, expr: string, user: string, record?: string) {
  const settled = useSettled(expr)
  const { checked } = useChecked(collection, settled)
  const query = useQuery({
    ...tryQuery({ collection, expr: settled, user: userOf(user), ...(record ? { record } : {}) }),
    enabled: checked?.valid === true,
    placeholderData: keepPreviousData,
  })
  return { ...query, valid: checked?.valid !== false }
}

function Counts({
  collection,
  expr,
  user,
  children,
}: {
  collection: string
  expr: string
  user: string
  children: React.ReactNode
}) {
  const { t } = useLingui()
  const { data, error, valid } = useTrial(collection, expr, user)
  if (error) {
    return (
      <p className={css.danger} role="alert">
        <Said error={error} />
      </p>
    )
  }
  if (!data || !valid) return null
  return (
    <>
      <p className={css.counts} role="status">
        <CountText tried={data} />
      </p>
      {children}
      <Records label={t`Some records`} collection={collection} some={data.some} />
    </>
  )
}

function CountText({ tried }: { tried: Tried }) {
  const { i18n } = useLingui()
  const number = (value: number | string) => BigInt(value).toLocaleString(formatLocale(i18n.locale))
  const pass = number(tried.pass)
  const fail = number(tried.fail)
  return (
    <Trans>
      {pass} pass, {fail} do not
    </Trans>
  )
}

function Records({ label, collection, some }: { label: string; collection: string; some: Tried["some"] }) {
  if (some.length === 0) return null
  return (
    <ul className={css.tried} aria-label={label}>
      {some.map(({ key, display, passes, explanation }) => (
        <li key={key}>
          <p className={css.triedTop}>
            <Truth truth={passes ? "true" : "false"} />
            <Link to={`/data/${collection}/${encodeURIComponent(key)}` as string}>{display || key}</Link>
          </p>
          <Clauses explanation={explanation} decidingOnly />
        </li>
      ))}
    </ul>
  )
}

/** The rule on one record that somebody looks for. */
function RecordTrial({ collection, expr, user }: { collection: string; expr: string; user: string }) {
  const { t } = useLingui()
  const { search, go } = useAccess()
  const { record } = search
  const { data, error } = useTrial(collection, expr, user, record)
  const found = record ? data?.some.filter(({ key }) => key === record) : undefined
  return (
    <>
      <RecordLookup
        collection={collection}
        label={t`Try a record`}
        value={record}
        text={found?.[0]?.display}
        onChange={(key) => go({ record: key })}
      />
      {record && error ? (
        <p className={css.danger} role="alert">
          <Said error={error} />
        </p>
      ) : (
        found && <Records label={t`The record`} collection={collection} some={found} />
      )}
    </>
  )
}
