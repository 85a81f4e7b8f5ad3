import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { useState } from "react"
import type { Working } from "../app/background.ts"
import type { Collection } from "../app/collections.ts"
import { revert } from "../app/revert.ts"
import { Button } from "../parts/Button.tsx"
import { takeFreeFocus } from "../parts/focus.ts"
import { LongWork } from "../parts/LongWork.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { tell, tellFailure } from "../parts/toasts.ts"
import { type Import, type Report, refusalOf, reportOf, useImport } from "./api.ts"
import css from "./Import.module.css"
import { RowErrors, Running, Tally } from "./Outcome.tsx"
import { ImportSteps } from "./Steps.tsx"

/** One import by its id, while it runs and after: its address can be kept and given on. */
export function ImportJob({ id, collection }: { id: string; collection: Collection }) {
  const { t } = useLingui()
  const query = useImport(id)
  return (
    <Page
      title={t`Import into ${collection.label_plural}`}
      tabs={<ImportSteps current={query.data?.dry_run ? 2 : 3} />}
    >
      {query.error ? (
        <Unknown id={id} error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <div className={css.step}>
          {query.data.state === "running" ? (
            <Running of={query.data} />
          ) : (
            <Ended of={query.data} collection={collection} />
          )}
        </div>
      ) : (
        <Loading />
      )}
    </Page>
  )
}

/** Imports are remembered for an hour; what they wrote is in the change log. */
function Unknown({ id, error, onRetry }: { id: string; error: unknown; onRetry: () => void }) {
  if (!(error instanceof ApiError) || error.status !== 404) {
    return <Failure what={<Trans>The import did not load.</Trans>} error={error} onRetry={onRetry} />
  }
  return (
    <Couplet
      first={<Trans>Of this import nothing is known any more.</Trans>}
      second={
        <Link to="/activity/$changeset" params={{ changeset: id }}>
          <Trans>See what it wrote</Trans>
        </Link>
      }
    />
  )
}

function Ended({ of, collection }: { of: Import; collection: Collection }) {
  const navigate = useNavigate()
  const report = reportOf(of)
  const wrote = report && report.group !== null && report.created + report.updated > 0
  return (
    <>
      <Verdict of={of} report={report} />
      {report && <Tally report={report} />}
      <div className={css.actions}>
        {wrote && collection.view !== "none" && (
          <Button
            kind="primary"
            onPress={() =>
              void navigate({ to: "/data/$collection", params: { collection: collection.name } })
            }
          >
            <Trans>Show {collection.label_plural}</Trans>
          </Button>
        )}
        {wrote && report.group && mayUndo(collection, report) && (
          <Undo group={report.group} count={report.created + report.updated} />
        )}
        <Again wrote={Boolean(wrote)} collection={collection.name} />
      </div>
      {report && <RowErrors id={of.id} report={report} />}
    </>
  )
}

function Verdict({ of, report }: { of: Import; report: Report | undefined }) {
  if (!report) {
    return (
      <Notice kind={of.state === "cancelled" ? "warn" : "danger"}>
        {of.state === "cancelled" ? (
          <Trans>The import was cancelled before anything was written.</Trans>
        ) : (
          <Said error={refusalOf(of)} />
        )}
      </Notice>
    )
  }
  const nothing = report.created + report.updated === 0
  if (of.state === "cancelled") {
    return (
      <Notice kind="warn">
        {nothing ? (
          <Trans>The import was cancelled before anything was written.</Trans>
        ) : (
          <Trans>The import was cancelled. What was written until then stays; undo takes it back.</Trans>
        )}
      </Notice>
    )
  }
  if (of.state === "failed") {
    return (
      <Notice kind="danger">
        {report.detail ?? <Trans>Nothing was imported, because some rows are bad.</Trans>}
      </Notice>
    )
  }
  return (
    <Notice kind={report.failed > 0 ? "warn" : "ok"}>
      {of.dry_run ? (
        <Trans>The rows were checked. Nothing was written.</Trans>
      ) : nothing ? (
        <Trans>There was nothing to write.</Trans>
      ) : report.failed > 0 ? (
        <Trans>The good rows are imported.</Trans>
      ) : (
        <Trans>All rows are imported.</Trans>
      )}
    </Notice>
  )
}

/** Whether one may take an import back: what it added is deleted, what it changed is changed again. */
function mayUndo({ view, change, delete: remove }: Collection, { created, updated }: Report): boolean {
  if (view === "none") return false
  return (created === 0 || remove !== "none") && (updated === 0 || change !== "none")
}

/** Takes the whole import back. Where somebody has been at its records since, one decides on the change's own page. */
function Undo({ group, count }: { group: string; count: number }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [working, watch] = useState<Working>()
  const options = { count, watch }
  const undo = useMutation({
    mutationFn: async () => {
      const check = await revert(group, "check", options)
      if (check.conflicts.length > 0 || check.kept.length > 0) return undefined
      return revert(group, "keep", options)
    },
    onSuccess: (report) => {
      if (!report) return navigate({ to: "/activity/$changeset", params: { changeset: group } })
      const { changeset } = report
      const redo = () => {
        if (changeset) revert(changeset, "keep", options).then(() => tell(t`The import is back.`), failed)
      }
      const failed = (error: unknown) => tellFailure(String(error instanceof Error ? error.message : error))
      tell(t`The import is undone.`, changeset ? { label: t`Redo`, onPress: redo } : undefined)
    },
  })
  const undone = undo.data !== undefined
  if (working) {
    return <LongWork label={undone ? t`Bringing the import back` : t`Undoing the import`} working={working} />
  }
  return (
    <>
      {!undone && (
        <Button isPending={undo.isPending} onPress={() => undo.mutate()}>
          <Trans>Undo the import</Trans>
        </Button>
      )}
      {undone && (
        <span tabIndex={-1} ref={takeFreeFocus} className={css.undone}>
          <Trans>It is undone.</Trans>
        </span>
      )}
      {undo.error && (
        <Notice kind="danger">
          <Said error={undo.error} />
        </Notice>
      )}
    </>
  )
}

/** On to the next file, or, where nothing was written, back to the columns of this one. */
function Again({ wrote, collection }: { wrote: boolean; collection: string }) {
  const answers = useSearch({ from: "/shell/data/$collection/import/$job" })
  const navigate = useNavigate()
  const params = { collection, job: "new" }
  const open = (search: typeof answers) =>
    void navigate({ to: "/data/$collection/import/$job", params, search })
  return (
    <>
      {!wrote && answers.upload && (
        <Button onPress={() => open({ ...answers, step: undefined, check: undefined })}>
          <Trans>Change the columns</Trans>
        </Button>
      )}
      <Button kind="quiet" onPress={() => open({})}>
        <Trans>Import another file</Trans>
      </Button>
    </>
  )
}
