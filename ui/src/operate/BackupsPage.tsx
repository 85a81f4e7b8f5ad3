import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useUnderWay, type Working as Work, wasCancelled } from "../app/background.ts"
import { client, queries } from "../app/client.ts"
import { useTopic } from "../app/live.ts"
import { Button } from "../parts/Button.tsx"
import { Code } from "../parts/Code.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { LongWork } from "../parts/LongWork.tsx"
import { Page, Part, TabLinks } from "../parts/Page.tsx"
import { Couplet, Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { bytes, formatLocale, Time } from "../parts/Time.tsx"
import { tell } from "../parts/toasts.ts"
import { aboutQuery, type Backup, backupsQuery, cancelRun, jobsQuery } from "./api.ts"
import { Doctor } from "./Doctor.tsx"
import css from "./operate.module.css"
import { usePhases } from "./phases.ts"
import { useAddress } from "./useAddress.ts"
import { Working } from "./Working.tsx"

const stale = () => queries.invalidateQueries({ queryKey: backupsQuery.queryKey })
const pathOf = (backup: Backup) => `/api/_/backups/${encodeURIComponent(backup.name)}/`

/** The backups that the server keeps, and what the doctor finds. */
export function BackupsPage() {
  const { t } = useLingui()
  const [{ tab }] = useAddress()
  const tabs = (
    <TabLinks
      label={t`Parts of the page`}
      current={tab}
      tabs={[
        { id: "backups", label: t`Backups` },
        { id: "doctor", label: t`Doctor` },
      ]}
    />
  )
  return (
    <Page title={t`Backups and health`} tabs={tabs}>
      {tab === "doctor" ? <Doctor /> : <Backups />}
    </Page>
  )
}

function Backups() {
  const { t } = useLingui()
  const list = useQuery(backupsQuery)
  useTopic("backups", () => void stale())
  const phases = usePhases()
  const making = useMutation({
    mutationFn: () => client.post<Backup>("/api/_/backups/", {}),
    onSuccess: async (made) => {
      await stale()
      tell(t`${made.name} is taken.`)
    },
  })
  const asked = useUnderWay("backup", { awaited: making.isPending })
  const scheduled = useScheduledBackup()
  const working = asked ?? scheduled
  return (
    <>
      <Part
        title={t`Backups`}
        help={
          <Trans>A backup is one file with the database and all uploads, passwords and keys included.</Trans>
        }
        actions={
          <Button kind="primary" isDisabled={making.isPending || !!working} onPress={() => making.mutate()}>
            <Trans>Take a backup</Trans>
          </Button>
        }
      >
        {making.isPending && (
          <Working>
            <Trans>A backup is being taken. It goes on when you leave this page.</Trans>
          </Working>
        )}
        {working && <LongWork {...phases(working.phase)} working={working} />}
        {making.error && (
          <Notice kind={wasCancelled(making.error) ? "warn" : "danger"}>
            <Said error={making.error} />
          </Notice>
        )}
        {list.error ? (
          <Failure
            what={<Trans>The backups did not load.</Trans>}
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        ) : list.data ? (
          <List backups={list.data} />
        ) : (
          <Loading />
        )}
      </Part>
      <Restore backup={list.data?.[0]} />
    </>
  )
}

/** The backup that a job takes now. */
function useScheduledBackup(): Work | undefined {
  useTopic("jobs", () => void queries.invalidateQueries({ queryKey: jobsQuery.queryKey }))
  const jobs = useQuery(jobsQuery)
  const run = jobs.data?.find(({ task, running }) => task === "backup" && running)?.last
  return run?.progress
    ? { ...run.progress, cancel: () => void cancelRun(run).catch(() => undefined) }
    : undefined
}

function List({ backups }: { backups: Backup[] }) {
  const { t, i18n } = useLingui()
  const columns: Column<Backup>[] = [
    { id: "name", label: t`File`, cell: (one) => <span className={css.mono}>{one.name}</span> },
    { id: "at", label: t`Taken`, cell: (one) => <Time at={one.made_at} /> },
    {
      id: "size",
      label: t`Size`,
      end: true,
      minor: true,
      cell: (one) => bytes(one.size, formatLocale(i18n.locale)),
    },
    {
      id: "do",
      label: t`Actions`,
      end: true,
      cell: (one) => (
        <span className={css.row}>
          <a className={css.link} href={pathOf(one)} download={one.name} aria-label={t`Download ${one.name}`}>
            <Trans>Download</Trans>
          </a>
          <Remove backup={one} />
        </span>
      ),
    },
  ]
  return (
    <Table
      label={t`Backups`}
      columns={columns}
      rows={backups}
      rowKey={(one) => one.name}
      empty={
        <Couplet
          first={<Trans>No backups yet.</Trans>}
          second={<Trans>Take one now, or have a job take one every night.</Trans>}
        />
      }
    />
  )
}

function Remove({ backup }: { backup: Backup }) {
  const { t } = useLingui()
  const [asked, setAsked] = useState(false)
  const removing = useMutation({
    mutationFn: () => client.delete(pathOf(backup)),
    onSuccess: async () => {
      await stale()
      tell(t`${backup.name} is deleted.`)
    },
  })
  return (
    <>
      <Button kind="quiet" aria-label={t`Delete ${backup.name}`} onPress={() => setAsked(true)}>
        <Trans>Delete</Trans>
      </Button>
      <Dialog
        title={t`Delete this backup?`}
        isOpen={asked}
        onClose={() => setAsked(false)}
        footer={
          <>
            <Button onPress={() => setAsked(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button kind="danger" isPending={removing.isPending} onPress={() => removing.mutate()}>
              <Trans>Delete the backup</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Trans>{backup.name} is lost for good. Download it first, if you may need it.</Trans>
        </p>
        {removing.error && (
          <Notice kind="danger">
            <Said error={removing.error} />
          </Notice>
        )}
      </Dialog>
    </>
  )
}

function Restore({ backup }: { backup: Backup | undefined }) {
  const { t } = useLingui()
  const about = useQuery(aboutQuery)
  const folder = about.data?.data?.folder
  if (!backup || !folder) return null
  const file = `${folder}/backups/${backup.name}`
  return (
    <Part
      title={t`Restore`}
      help={
        <Trans>
          Stop the server first. What is in the folder now is moved aside, and kept until you delete it.
        </Trans>
      }
    >
      <Code text={`couplet restore '${file}' --check`} label={t`Only verify the backup`} />
      <Code text={`couplet restore '${file}' --data '${folder}' --replace`} label={t`Restore the backup`} />
    </Part>
  )
}
