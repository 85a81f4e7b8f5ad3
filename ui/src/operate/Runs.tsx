import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { X } from "lucide-react"
import { Button } from "../parts/Button.tsx"
import { Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { LongWork } from "../parts/LongWork.tsx"
import { Facts } from "../parts/Page.tsx"
import { Couplet, Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { cancelRun, type Job, type Run, runsQuery } from "./api.ts"
import { Lasted, Moment } from "./Moment.tsx"
import css from "./operate.module.css"
import { usePhases } from "./phases.ts"
import { State } from "./State.tsx"
import { useAddress } from "./useAddress.ts"

const percent = ({ done, total }: { done: number; total: number }) =>
  Math.floor((100 * done) / Math.max(1, total))

export function RunState({ run }: { run: Run }) {
  switch (run.state) {
    case "running":
      return (
        <State kind="work">
          <Trans>running</Trans>
          {run.progress && ` · ${percent(run.progress)} %`}
        </State>
      )
    case "done":
      return (
        <State kind="ok">
          <Trans>done</Trans>
        </State>
      )
    case "failed":
      return (
        <State kind="danger">
          <Trans>failed</Trans>
        </State>
      )
    default:
      return (
        <State kind="warn">
          <Trans>broken off</Trans>
        </State>
      )
  }
}

/** What ran, of all jobs or of one; the run that is open stands in the address. */
export function Runs({ jobs }: { jobs: Job[] }) {
  const { t } = useLingui()
  const [{ job, run }, change] = useAddress()
  const runs = useQuery(runsQuery(job))
  if (runs.error)
    return (
      <Failure
        what={<Trans>The runs did not load.</Trans>}
        error={runs.error}
        onRetry={() => void runs.refetch()}
      />
    )
  if (!runs.data) return <Loading />
  const open = runs.data.results.find((one) => one.id === run)
  const columns: Column<Run>[] = [
    {
      id: "job",
      label: t`Job`,
      cell: (one) => (
        <button type="button" className={css.link} onClick={() => change({ run: one.id }, "open")}>
          {one.job}
        </button>
      ),
    },
    { id: "state", label: t`State`, cell: (one) => <RunState run={one} /> },
    { id: "started", label: t`Started`, cell: (one) => <Moment at={one.started} /> },
    {
      id: "duration",
      label: t`Took`,
      end: true,
      minor: true,
      cell: (one) => <Lasted seconds={one.duration} />,
    },
    { id: "message", label: t`Message`, minor: true, cell: (one) => one.message },
  ]
  return (
    <>
      <div className={css.bar}>
        <div className={css.grow}>
          <Select
            label={t`Job`}
            value={job ?? ""}
            onChange={(value) => change({ job: value || undefined, run: undefined })}
            options={[
              { id: "", label: t`All jobs` },
              ...jobs.map((one) => ({ id: one.name, label: one.name })),
            ]}
          />
        </div>
      </div>
      {open && <OpenRun run={open} close={() => change({ run: undefined })} />}
      <Table
        label={t`Runs`}
        columns={columns}
        rows={runs.data.results}
        rowKey={(one) => one.id}
        current={run}
        empty={
          <Couplet
            first={<Trans>Nothing has run yet.</Trans>}
            second={<Trans>Run a job now, or wait for its time.</Trans>}
          />
        }
      />
    </>
  )
}

function OpenRun({ run, close }: { run: Run; close: () => void }) {
  const { t } = useLingui()
  const phases = usePhases()
  const causes = { schedule: t`by the schedule`, missed: t`made up for`, asked: t`asked for` }
  return (
    <section className={css.detail} aria-label={t`Run of ${run.job}`}>
      <div className={css.detailTop}>
        <h3 className={css.heading}>{run.job}</h3>
        <div className={css.row}>
          {run.state === "running" && <Cancel run={run} />}
          <IconButton icon={X} label={t`Close`} onPress={close} />
        </div>
      </div>
      {run.progress && <LongWork {...phases(run.progress.phase)} working={run.progress} />}
      <Facts
        facts={[
          [t`State`, <RunState key="state" run={run} />],
          [t`Cause`, causes[run.cause]],
          [t`Started`, <Moment key="started" at={run.started} />],
          run.ended !== null && [t`Ended`, <Moment key="ended" at={run.ended} />],
          [t`Took`, <Lasted key="took" seconds={run.duration} />],
          run.message !== "" && [t`Message`, run.message],
          [
            t`Run`,
            <span key="id" className={css.mono}>
              {run.id}
            </span>,
          ],
        ]}
      />
    </section>
  )
}

function Cancel({ run }: { run: Run }) {
  const cancelling = useMutation({
    mutationFn: () => cancelRun(run),
  })
  return (
    <>
      {cancelling.error && (
        <Notice kind="danger">
          <Said error={cancelling.error} />
        </Notice>
      )}
      <Button
        kind="danger"
        isPending={cancelling.isPending || cancelling.isSuccess}
        onPress={() => cancelling.mutate()}
      >
        <Trans>Cancel the run</Trans>
      </Button>
    </>
  )
}
