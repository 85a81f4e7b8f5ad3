import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Code } from "../parts/Code.tsx"
import { Part as Section } from "../parts/Page.tsx"
import { Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { RevertDialog } from "./RevertDialog.tsx"
import css from "./Schema.module.css"

export interface Migration {
  version: string
  number: number
  state: "applied" | "pending" | "missing" | "refused"
  problem: string
  applied_at: string | null
  actor_name: string | null
  changeset: string | null
  files: string[]
  up: string
  down: string
}

interface Difference {
  collection: string
  table: string
  object: string
  message: string
}

/** What was applied so far, the latest first, with the way back; and how the tables differ from the schema. */
export function Versions() {
  const { t } = useLingui()
  const migrations = useQuery({
    queryKey: ["schema", "migrations"],
    queryFn: ({ signal }) => client.get<Migration[]>("/api/_/migrations/", { signal }),
    staleTime: 0,
  })
  const drift = useQuery({
    queryKey: ["schema", "drift"],
    queryFn: ({ signal }) => client.get<{ differences: Difference[] }>("/api/_/drift/", { signal }),
    staleTime: 0,
  })
  const again = (query: { refetch: () => unknown }) => () => void query.refetch()
  return (
    <div className={css.content}>
      <Section title={t`Versions of the tables`}>
        {migrations.error ? (
          <Failure
            what={<Trans>The versions did not load.</Trans>}
            error={migrations.error}
            onRetry={again(migrations)}
          />
        ) : migrations.data ? (
          <Migrations list={migrations.data} />
        ) : (
          <Loading />
        )}
      </Section>
      <Section title={t`Tables and schema`} help={t`What somebody has changed in the database past Couplet.`}>
        {drift.error ? (
          <Failure
            what={<Trans>The tables were not compared.</Trans>}
            error={drift.error}
            onRetry={again(drift)}
          />
        ) : drift.data ? (
          <Drift list={drift.data.differences} />
        ) : (
          <Loading lines={2} />
        )}
      </Section>
    </div>
  )
}

function Migrations({ list }: { list: Migration[] }) {
  const { t } = useLingui()
  const [open, setOpen] = useState<string>()
  const navigate = useNavigate()
  const search = useSearch({ from: "/shell/schema" })
  const revert = (changeset: string | undefined) =>
    void navigate({ to: "/schema", search: { tab: "versions", revert: changeset }, replace: true })
  const states = { applied: t`Applied`, pending: t`Waits`, missing: t`File is missing`, refused: t`Refused` }
  const columns: Column<Migration>[] = [
    { id: "version", label: t`Version`, cell: ({ version }) => <span className={css.mono}>{version}</span> },
    {
      id: "state",
      label: t`State`,
      cell: ({ state, problem }) => (problem ? `${states[state]}: ${problem}` : states[state]),
    },
    {
      id: "when",
      label: t`When`,
      minor: true,
      cell: ({ applied_at }) => applied_at && <Time at={applied_at} />,
    },
    { id: "who", label: t`Who`, minor: true, cell: ({ actor_name }) => actor_name },
    {
      id: "more",
      label: t`Actions`,
      end: true,
      cell: (one) => (
        <>
          <Button
            kind="quiet"
            aria-expanded={open === one.version}
            onPress={() => setOpen(open === one.version ? undefined : one.version)}
          >
            <Trans>SQL</Trans>
          </Button>
          {one.changeset && (
            <Button
              kind="quiet"
              aria-label={t`Revert ${one.version}`}
              onPress={() => revert(one.changeset ?? undefined)}
            >
              <Trans>Revert</Trans>
            </Button>
          )}
        </>
      ),
    },
  ]
  const shown = list.find(({ version }) => version === open)
  return (
    <>
      <Table
        label={t`Versions of the tables`}
        columns={columns}
        rows={list}
        rowKey={({ version }) => version}
        current={open}
        empty={<p>{t`Nothing has been applied yet.`}</p>}
      />
      {shown && (
        <section aria-label={shown.version}>
          <p>
            {shown.files.length > 0 ? (
              <span className={css.mono}>{shown.files.join(", ")}</span>
            ) : (
              <Trans>Its files are not in the project folder.</Trans>
            )}
          </p>
          <Code label={t`SQL of ${shown.version}`} text={shown.up} />
          {shown.down && <Code label={t`SQL that takes ${shown.version} back`} text={shown.down} />}
        </section>
      )}
      {search.revert && (
        <RevertDialog
          changeset={search.revert}
          name={list.find(({ changeset }) => changeset === search.revert)?.version ?? t`the change`}
          onClose={() => revert(undefined)}
        />
      )}
    </>
  )
}

function Drift({ list }: { list: Difference[] }) {
  const { t } = useLingui()
  if (list.length === 0)
    return (
      <p>
        <Trans>The tables are as the schema says.</Trans>
      </p>
    )
  return (
    <>
      <p>
        <Plural value={list.length} one="# difference" other="# differences" />
      </p>
      <Table
        label={t`Differences`}
        rows={list}
        rowKey={(one) => `${one.table} ${one.object} ${one.message}`}
        columns={[
          { id: "table", label: t`Table`, cell: ({ table }) => <span className={css.mono}>{table}</span> },
          { id: "object", label: t`What`, cell: ({ object }) => <span className={css.mono}>{object}</span> },
          { id: "message", label: t`Difference`, cell: ({ message }) => message },
        ]}
      />
    </>
  )
}
