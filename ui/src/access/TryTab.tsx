import { Trans, useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useCollections } from "../app/collections.ts"
import { Select } from "../parts/Field.tsx"
import { PersonLookup } from "../parts/PersonLookup.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import css from "./Access.module.css"
import { actions, matrixQuery, type Why, whyQuery } from "./api.ts"
import { Clauses } from "./Clauses.tsx"
import { RecordLookup } from "./lookups.tsx"
import { useAccess } from "./useAccess.ts"
import { actionNames, actionVerbs, anonymous, useVisitor } from "./words.ts"

/** Why may somebody do something with a record, or not? By what is in force, not by the draft. */
export function TryTab() {
  const { t, i18n } = useLingui()
  const { search, go } = useAccess()
  const collections = useCollections()
  const matrix = useQuery(matrixQuery)
  const { collection = "", record, as, resource } = search
  const action = actions.find((one) => one === search.action) ?? "view"
  const resources = matrix.data?.collections.find((one) => one.collection === collection)?.resources ?? []
  const asked = collection && record && as
  const why = useQuery({
    ...whyQuery({
      collection,
      key: record ?? "",
      action,
      user: as === anonymous ? "" : (as ?? ""),
      ...(resource ? { resource } : {}),
    }),
    enabled: Boolean(asked),
    placeholderData: keepPreviousData,
  })
  return (
    <div className={css.why}>
      <div className={css.question}>
        <PersonLookup nobody={useVisitor()} label={t`Who`} value={as} onChange={(id) => go({ as: id })} />
        <Select
          label={t`May`}
          options={actions.map((one) => ({
            id: one,
            label: actionNames[one] ? i18n._(actionNames[one]) : one,
          }))}
          value={action}
          onChange={(next) => go({ action: next })}
        />
        <Select
          label={t`Of`}
          placeholder={t`Choose a collection`}
          options={collections.map((one) => ({ id: one.name, label: one.label_plural }))}
          value={collection || null}
          onChange={(next) => go({ collection: next, record: undefined, resource: undefined })}
        />
        {collection && (
          <RecordLookup
            key={collection}
            collection={collection}
            label={t`Record`}
            value={record}
            text={asked ? why.data?.display : undefined}
            onChange={(key) => go({ record: key })}
          />
        )}
        {resources.length > 0 && (
          <Select
            label={t`By way of`}
            options={[
              { id: "-", label: t`This admin (roles alone)` },
              ...resources.map((one) => ({
                id: one.resource,
                label: t`Public resource ${one.resource}`,
                note: one.permission,
              })),
            ]}
            value={resource ?? "-"}
            onChange={(next) => go({ resource: next === "-" ? undefined : next })}
          />
        )}
      </div>
      {!asked ? (
        <Couplet
          first={<Trans>Nothing is asked yet.</Trans>}
          second={
            <Trans>
              Choose somebody and a record: the rules that decide are told here, clause by clause.
            </Trans>
          }
        />
      ) : why.error ? (
        <Failure
          what={<Trans>The question was not answered.</Trans>}
          error={why.error}
          onRetry={() => void why.refetch()}
        />
      ) : why.data ? (
        <Answer why={why.data} action={action} collection={collection} record={record} />
      ) : (
        <Loading lines={3} />
      )}
    </div>
  )
}

function Answer({
  why,
  action,
  collection,
  record,
}: {
  why: Why
  action: string
  collection: string
  record: string
}) {
  const { t, i18n } = useLingui()
  const verbName = actionVerbs[action]
  const verb = verbName ? i18n._(verbName) : action
  const who = why.user?.username ?? t`The anonymous visitor`
  const what = why.display || record
  const allowed = why.status < 400
  const rules = why.explanation.rules ?? []
  return (
    <section className={css.answer} aria-label={t`Answer`} aria-live="polite">
      <p className={css.verdict} data-allowed={allowed}>
        {allowed ? (
          <Trans>
            Yes: {who} may {verb} {what}.
          </Trans>
        ) : (
          <Trans>
            No: {who} may not {verb} {what}.
          </Trans>
        )}
      </p>
      <p className={css.status}>
        <span className={css.code}>{why.status}</span> <Status why={why} />
      </p>
      {rules.length === 0 && (
        <p className={css.reason}>{why.user && !why.user.is_active ? why.text : why.explanation.reason}.</p>
      )}
      {!allowed && action !== "view" && why.explanation.action === "view" && rules.length > 0 && (
        <p className={css.note}>
          <Trans>The record is not in sight, so what decides is who may view it.</Trans>
        </p>
      )}
      {rules.map(({ rule, explanation }) => (
        <div key={rule} className={css.ruleAnswer}>
          <h2 className={css.ruleName}>{rule}</h2>
          <Clauses explanation={explanation} />
        </div>
      ))}
      <p className={css.links}>
        <Link to={`/data/${collection}/${encodeURIComponent(record)}` as string}>
          <Trans>Open the record</Trans>
        </Link>
        {why.user && (
          <Link to="/people/$id" params={{ id: why.user.id }}>
            <Trans>Open {who}</Trans>
          </Link>
        )}
        <Link to="/access" search={{ collection }}>
          <Trans>Open the roles</Trans>
        </Link>
      </p>
    </section>
  )
}

/** What a request is answered with, in words. */
function Status({ why }: { why: Why }) {
  if (why.status === 401) return <Trans>The request is refused: nobody is logged in who may do this.</Trans>
  if (why.status === 403) return <Trans>The request is refused: the right is missing.</Trans>
  if (why.status === 404) return <Trans>The request finds nothing: the record is hidden from them.</Trans>
  return <Trans>The request is carried out.</Trans>
}
