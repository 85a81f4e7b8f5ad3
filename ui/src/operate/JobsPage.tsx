import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Play } from "lucide-react"
import { client, queries } from "../app/client.ts"
import { useTopic } from "../app/live.ts"
import { Button } from "../parts/Button.tsx"
import { Page, Part } from "../parts/Page.tsx"
import { Failure, Loading, Said } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { tell } from "../parts/toasts.ts"
import { type Job, jobsQuery, type Run } from "./api.ts"
import css from "./operate.module.css"
import { RunState, Runs } from "./Runs.tsx"

const stale = (path: string) => queries.invalidateQueries({ queryKey: ["operate", path] })

/** The schedule, what ran, and a way to run something now. */
export function JobsPage() {
  const { t } = useLingui()
  const jobs = useQuery(jobsQuery)
  useTopic<{ runs: Run[] }>("jobs", () => {
    void stale("jobs/")
    void stale("jobs/runs/")
  })
  return (
    <Page
      title={t`Jobs`}
      actions={
        <Link to={"/schema" as string} className={css.link}>
          <Trans>Change the schedule in the schema</Trans>
        </Link>
      }
    >
      <Part title={t`Schedule`}>
        {jobs.error ? (
          <Failure
            what={<Trans>The jobs did not load.</Trans>}
            error={jobs.error}
            onRetry={() => void jobs.refetch()}
          />
        ) : jobs.data ? (
          <Schedule jobs={jobs.data} />
        ) : (
          <Loading />
        )}
      </Part>
      <Part title={t`Runs`}>
        <Runs jobs={jobs.data ?? []} />
      </Part>
    </Page>
  )
}

function Schedule({ jobs }: { jobs: Job[] }) {
  const { t } = useLingui()
  const columns: Column<Job>[] = [
    {
      id: "name",
      label: t`Job`,
      cell: (job) => (
        <>
          {job.name}
          {job.task !== job.name && <span className={css.faint}> {job.task}</span>}
        </>
      ),
    },
    {
      id: "cron",
      label: t`When`,
      minor: true,
      cell: (job) =>
        job.cron ? (
          <span className={css.mono}>
            {job.cron} {job.time_zone}
          </span>
        ) : (
          <span className={css.faint}>
            <Trans>when it is asked for</Trans>
          </span>
        ),
    },
    {
      id: "next",
      label: t`Next`,
      cell: (job) => (job.next ? <Time at={job.next} /> : <span className={css.faint}>–</span>),
    },
    {
      id: "last",
      label: t`Last`,
      cell: (job) =>
        job.last ? (
          <>
            <RunState run={job.last} /> <Time at={job.last.started} relative />
          </>
        ) : (
          <span className={css.faint}>
            <Trans>never</Trans>
          </span>
        ),
    },
    { id: "run", label: t`Actions`, end: true, cell: (job) => <RunNow job={job} /> },
  ]
  return <Table label={t`Schedule`} columns={columns} rows={jobs} rowKey={(job) => job.name} />
}

function RunNow({ job }: { job: Job }) {
  const { t } = useLingui()
  const asking = useMutation({
    mutationFn: () => client.post<{ run: string }>(`/api/_/jobs/${encodeURIComponent(job.name)}/run/`, {}),
    onSuccess: async () => {
      tell(t`${job.name} runs as soon as no other job does.`)
      await Promise.all([stale("jobs/"), stale("jobs/runs/")])
    },
  })
  return (
    <>
      <Button
        kind="quiet"
        icon={Play}
        aria-label={t`Run now: ${job.name}`}
        isPending={asking.isPending}
        onPress={() => asking.mutate()}
      >
        <Trans>Run now</Trans>
      </Button>
      {asking.error && <Said error={asking.error} />}
    </>
  )
}
