import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Link, useNavigate, useParams, useRouter } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { type KeyboardEvent, useState } from "react"
import { useUnderWay, type Working, wasCancelled } from "../app/background.ts"
import { useTopic } from "../app/live.ts"
import { Button } from "../parts/Button.tsx"
import { Code } from "../parts/Code.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import { apply } from "./apply.ts"
import { Changes } from "./Changes.tsx"
import { changesBetween } from "./changes.ts"
import { Mistakes } from "./Mistakes.tsx"
import css from "./Plan.module.css"
import { type Plan, usePlan } from "./plan.ts"
import { Rebase } from "./Rebase.tsx"
import { agreed, type Consents, impossible, Steps } from "./Steps.tsx"
import { TablesWork } from "./TablesWork.tsx"
import { useWork, useWorkState } from "./work.ts"

/** What a draft would do, before it is done. */
export function PlanScreen() {
  const { t } = useLingui()
  const { draft: id } = useParams({ from: "/shell/schema/plan/$draft" })
  const work = useWork()
  const { draft } = useWorkState()
  useTopic<{ version: string }>("schema", ({ version }) => void work.refresh(version))
  const opening = useQuery({
    queryKey: ["schema", "open", id],
    queryFn: () => work.open(id).then(() => id),
    enabled: draft?.id !== id && !work.closed.has(id),
    retry: false,
    gcTime: 0,
  })
  if (draft?.id === id) return draft.moved ? <Rebase draft={draft} /> : <Review />
  return (
    <Page title={t`Plan`}>
      {opening.error ? (
        <Failure
          what={<Trans>There is no such draft.</Trans>}
          error={opening.error}
          onRetry={() => void opening.refetch()}
        />
      ) : work.closed.has(id) ? (
        <Couplet
          first={<Trans>This draft is applied or discarded.</Trans>}
          second={
            <Link to="/schema">
              <Trans>Look at the schema in force</Trans>
            </Link>
          }
        />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Review() {
  const { t } = useLingui()
  const { saving } = useWorkState()
  const query = usePlan()
  return (
    <Page
      title={t`Plan`}
      wide
      actions={
        <Link to="/schema" className={css.back}>
          <Trans>Back to the schema</Trans>
        </Link>
      }
    >
      {query.error ? (
        <Failure
          what={<Trans>The plan was not made.</Trans>}
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : query.data && !query.isPlaceholderData && saving === "saved" ? (
        <Planned plan={query.data} again={() => void query.refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Planned({ plan, again }: { plan: Plan; again: () => void }) {
  const { t } = useLingui()
  const work = useWork()
  const navigate = useNavigate()
  const router = useRouter()
  const [here] = useState(router.state.location.pathname)
  const { force, document } = useWorkState()
  const [consents, setConsents] = useState<Consents>({})
  const changes = changesBetween(force.document, document)
  const [own, watch] = useState<Working>()
  const elsewhere = useUnderWay("schema")
  const working = own ?? elsewhere
  const applying = useMutation({
    mutationFn: () => apply(work, plan, watch),
    onSuccess: async ({ name, changeset, created }) => {
      const text = name ? t`Applied as ${name}.` : t`Applied.`
      const revert = () =>
        void navigate({
          to: "/schema",
          search: { tab: "versions", ...(changeset ? { revert: changeset } : {}) },
        })
      tell(text, changeset ? { label: t`Revert`, onPress: revert } : undefined)
      if (router.state.location.pathname !== here) return // who has gone elsewhere meanwhile stays there
      if (created) await navigate({ to: "/data/$collection", params: { collection: created } })
      else await navigate({ to: "/schema" })
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) void work.refresh()
    },
  })
  const wrong = plan.errors.length > 0 || impossible(plan.steps)
  const ready = !wrong && agreed(plan.steps, consents)
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return
    event.preventDefault()
    if (ready && !applying.isPending) applying.mutate()
  }
  const sql = plan.sql.trim()
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that hold for the whole plan
    <div className={css.plan} tabIndex={-1} ref={(element) => element?.focus()} onKeyDown={onKeyDown}>
      <div className={css.sides}>
        <section className={css.side} aria-label={t`What it does`}>
          <h2 className={css.heading}>
            {wrong ? (
              <Trans>It cannot be applied yet</Trans>
            ) : (
              <Plural value={changes.length} _0="Nothing is changed" one="# change" other="# changes" />
            )}
          </h2>
          <Mistakes errors={plan.errors} />
          <Steps steps={plan.steps} document={plan.document} consents={consents} onConsent={setConsents} />
          <Changes changes={changes} />
        </section>
        <section className={css.side} aria-label={t`What the database is told`}>
          <h2 className={css.heading}>SQL</h2>
          {sql ? (
            <>
              <p className={css.samples}>
                <Trans>It is kept in the project's migrations folder, with the way back beside it.</Trans>
              </p>
              <Code text={sql} label={t`SQL of the plan`} />
              {plan.files.length > 0 && (
                <>
                  <h2 className={css.heading}>
                    <Trans>Files</Trans>
                  </h2>
                  <ul className={css.files}>
                    {plan.files.map((file) => (
                      <li key={file}>
                        <code>{file}</code>
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </>
          ) : (
            <p className={css.samples}>
              {wrong ? (
                <Trans>There is none until the mistakes are mended.</Trans>
              ) : (
                <Trans>No table is touched.</Trans>
              )}
            </p>
          )}
        </section>
      </div>
      {(!wrong || applying.error) && (
        <footer className={css.footer}>
          {applying.error && <Refused error={applying.error} again={again} />}
          {working && <TablesWork working={working} line />}
          {!wrong && !ready && (
            <p className={css.samples}>{t`Something is lost: agree to it by typing the counts.`}</p>
          )}
          {!wrong && (
            <Button
              kind={plan.steps.some(({ destructive }) => destructive) ? "danger" : "primary"}
              isDisabled={!ready || changes.length === 0 || elsewhere !== undefined}
              isPending={applying.isPending}
              onPress={() => applying.mutate()}
            >
              <Plural value={changes.length} one="Apply # change" other="Apply # changes" />
            </Button>
          )}
        </footer>
      )}
    </div>
  )
}

/** Why nothing was applied. */
function Refused({ error, again }: { error: Error; again: () => void }) {
  if (wasCancelled(error)) {
    return (
      <Notice kind="warn">
        <Trans>It was cancelled. Nothing was changed.</Trans>
      </Notice>
    )
  }
  return (
    <Notice kind="danger">
      <Said error={error} />{" "}
      <Button onPress={again}>
        <Trans>Plan again</Trans>
      </Button>
    </Notice>
  )
}
