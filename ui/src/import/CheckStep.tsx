import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { statusOf } from "../app/form.ts"
import { Button } from "../parts/Button.tsx"
import { Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { begin, type Import, type Order, type Report, refusalOf, reportOf, useImport } from "./api.ts"
import css from "./Import.module.css"
import { RowErrors, Running, Tally } from "./Outcome.tsx"
import { StepForm } from "./StepForm.tsx"

/** What the import would do: the dry run's numbers and mistakes, and the button that does it. */
export function CheckStep({
  id,
  order,
  onBack,
  onAnother,
  onBegun,
}: {
  id: string
  order: Order
  onBack: () => void
  onAnother: () => void
  onBegun: (id: string) => void
}) {
  const check = useImport(id)
  if (check.error) {
    const gone = statusOf(check.error) === 404
    return (
      <Failure
        what={gone ? <Trans>The check is not there any more.</Trans> : <Trans>The check did not load.</Trans>}
        error={check.error}
        onRetry={gone ? onBack : () => void check.refetch()}
      />
    )
  }
  if (!check.data) return <Loading />
  if (check.data.state === "running") return <Running of={check.data} />
  return <Checked of={check.data} order={order} onBack={onBack} onAnother={onAnother} onBegun={onBegun} />
}

function Checked({
  of,
  order,
  onBack,
  onAnother,
  onBegun,
}: {
  of: Import
  order: Order
  onBack: () => void
  onAnother: () => void
  onBegun: (id: string) => void
}) {
  const { t } = useLingui()
  const report = reportOf(of)
  const good = report && of.state === "done" ? report.created + report.updated : 0
  const bad = report?.failed ?? 0
  const run = useMutation({
    mutationFn: () => begin({ ...order, keep_going: bad > 0 }),
    onSuccess: ({ id }) => onBegun(id),
  })
  const submit = () => {
    if (good > 0 && !run.isPending) run.mutate()
  }
  return (
    <StepForm label={t`Check`} onSubmit={submit}>
      {report ? (
        <Verdict of={of} report={report} good={good} keep={order.keep_going === true} />
      ) : (
        <Refused of={of} />
      )}
      {run.error && (
        <Notice kind="danger">
          <Said error={run.error} />
        </Notice>
      )}
      <div className={css.actions}>
        {good > 0 && (
          <Button type="submit" kind="primary" isPending={run.isPending}>
            {bad > 0 ? (
              <Plural value={good} one="Import the # good row" other="Import the # good rows" />
            ) : (
              <Plural value={good} one="Import # row" other="Import # rows" />
            )}
          </Button>
        )}
        <Button onPress={onBack}>
          <Trans>Change the columns</Trans>
        </Button>
        <Button onPress={onAnother}>
          <Trans>Choose another file</Trans>
        </Button>
      </div>
      {report && <RowErrors id={of.id} report={report} />}
    </StepForm>
  )
}

function Refused({ of }: { of: Import }) {
  return (
    <Notice kind="danger">
      {of.state === "cancelled" ? <Trans>The check was stopped.</Trans> : <Said error={refusalOf(of)} />}
    </Notice>
  )
}

function Verdict({ of, report, good, keep }: { of: Import; report: Report; good: number; keep: boolean }) {
  return (
    <>
      {of.state === "cancelled" && (
        <Notice kind="warn">
          <Trans>The check was stopped before its end.</Trans>
        </Notice>
      )}
      {of.state !== "cancelled" && report.failed > 0 && (
        <Notice kind="warn">
          {keep || good === 0 ? (
            <Trans>Some rows are bad. Mend them in the file, or leave them out.</Trans>
          ) : (
            <Trans>
              Some rows are bad, so that nothing would be imported. Mend the file and choose it again, or
              import the good rows only.
            </Trans>
          )}
        </Notice>
      )}
      {of.state !== "cancelled" && report.failed === 0 && (
        <Notice kind="ok">
          <Trans>All rows are good. Nothing has been written yet.</Trans>
        </Notice>
      )}
      <Tally report={report} />
      {report.ignored.length > 0 && (
        <p className={css.sum}>
          <Trans>Left out: {report.ignored.join(", ")}.</Trans>
        </p>
      )}
    </>
  )
}
