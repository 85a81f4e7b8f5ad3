import { Trans, useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Finder, Select } from "../parts/Field.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { type Line, linesQuery } from "./api.ts"
import { Moment } from "./Moment.tsx"
import css from "./operate.module.css"
import { State } from "./State.tsx"
import { useAddress } from "./useAddress.ts"

const kinds = { debug: "wait", info: "ok", warn: "warn", error: "danger" } as const

/** The last lines of the server's own log. */
export function Lines() {
  const { t } = useLingui()
  const [{ q, level, follow }, change] = useAddress()
  const list = useQuery({
    ...linesQuery({ q, level, limit: "500" }),
    placeholderData: keepPreviousData,
    refetchInterval: follow === "1" ? 2_000 : false,
  })
  const columns: Column<Line>[] = [
    { id: "at", label: t`At`, cell: (line) => <Moment at={line.at} /> },
    { id: "level", label: t`Level`, cell: (line) => <State kind={kinds[line.level]}>{line.level}</State> },
    { id: "message", label: t`Message`, cell: (line) => line.message },
    {
      id: "more",
      label: t`With`,
      minor: true,
      cell: (line) => (
        <span className={`${css.mono} ${css.faint}`}>
          {Object.entries(line.attributes)
            .map(([name, value]) => `${name}=${value}`)
            .join(" ")}
        </span>
      ),
    },
    {
      id: "request",
      label: t`Request`,
      minor: true,
      cell: (line) =>
        line.request && (
          <button
            type="button"
            className={`${css.link} ${css.mono}`}
            title={line.request}
            onClick={() => change({ tab: undefined, q: line.request, run: line.request }, "open")}
          >
            {line.request.slice(0, 8)}
          </button>
        ),
    },
  ]
  return (
    <>
      <div className={css.bar}>
        <div className={css.grow}>
          <Finder
            label={t`Message, attribute or request id`}
            value={q ?? ""}
            onChange={(value) => change({ q: value || undefined })}
          />
        </div>
        <div className={css.narrow}>
          <Select
            label={t`From level`}
            value={level ?? "debug"}
            onChange={(value) => change({ level: value })}
            options={["debug", "info", "warn", "error"].map((id) => ({ id, label: id }))}
          />
        </div>
      </div>
      {list.error ? (
        <Failure
          what={<Trans>The log did not load.</Trans>}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : list.data ? (
        <Table
          label={t`Server lines`}
          columns={columns}
          rows={list.data.results}
          rowKey={(line) => `${line.at} ${line.message} ${JSON.stringify(line.attributes)}`}
          empty={
            <Couplet
              first={<Trans>No lines fit.</Trans>}
              second={
                <Trans>The last thousand are kept, in memory, from the level that is set for the log.</Trans>
              }
            />
          }
        />
      ) : (
        <Loading />
      )}
    </>
  )
}
