import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { X } from "lucide-react"
import { Finder, Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Facts } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { bytes, formatLocale } from "../parts/Time.tsx"
import { type LoggedRequest, requestsQuery } from "./api.ts"
import { Lasted, Moment } from "./Moment.tsx"
import css from "./operate.module.css"
import { State } from "./State.tsx"
import { useAddress } from "./useAddress.ts"

const shown = "200"

/** The last requests, narrowed by the address; the one that is open stands there, too. */
export function Requests() {
  const { t } = useLingui()
  const [{ q, status, method, follow, run }, change] = useAddress()
  const list = useQuery({
    ...requestsQuery({ q, status, method, limit: shown }),
    placeholderData: keepPreviousData,
    refetchInterval: follow === "1" ? 2_000 : false,
  })
  const open = list.data?.results.find((one) => one.id === run)
  return (
    <>
      <div className={css.bar}>
        <div className={css.grow}>
          <Finder
            label={t`Path, user, address, id or error`}
            value={q ?? ""}
            onChange={(value) => change({ q: value || undefined })}
          />
        </div>
        <div className={css.narrow}>
          <Select
            label={t`Status`}
            value={status ?? ""}
            onChange={(value) => change({ status: value || undefined })}
            options={statusOptions(status, t`All`, t`Failed (5xx)`, t`Refused (4xx)`, t`Answered (2xx)`)}
          />
        </div>
        <div className={css.narrow}>
          <Select
            label={t`Method`}
            value={method ?? "all"}
            onChange={(value) => change({ method: value })}
            options={["all", "GET", "POST", "PUT", "PATCH", "DELETE"].map((id) => ({
              id,
              label: id === "all" ? t`All` : id,
            }))}
          />
        </div>
      </div>
      {list.error ? (
        <Failure
          what={<Trans>The requests did not load.</Trans>}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : list.data ? (
        <>
          <div className={open ? css.beside : undefined}>
            <List rows={list.data.results} current={run} open={(id) => change({ run: id }, "open")} />
            {open && <OneRequest request={open} close={() => change({ run: undefined })} />}
          </div>
          {list.data.skipped > 0 && (
            <p className={css.faint}>
              <Plural
                value={list.data.skipped}
                one="# good answer was left out since the start, as there were many at once."
                other="# good answers were left out since the start, as there were many at once."
              />
            </p>
          )}
        </>
      ) : (
        <Loading />
      )}
    </>
  )
}

function statusOptions(
  current: string | undefined,
  all: string,
  failed: string,
  refused: string,
  ok: string,
) {
  const options = [
    { id: "", label: all },
    { id: "5", label: failed },
    { id: "4", label: refused },
    { id: "2", label: ok },
  ]
  return current && !options.some((one) => one.id === current)
    ? [...options, { id: current, label: current }]
    : options
}

function List({
  rows,
  current,
  open,
}: {
  rows: LoggedRequest[]
  current: string | undefined
  open: (id: string) => void
}) {
  const { t } = useLingui()
  const columns: Column<LoggedRequest>[] = [
    { id: "at", label: t`At`, cell: (one) => <Moment at={one.at} /> },
    { id: "status", label: t`Status`, cell: (one) => <Status status={one.status} /> },
    {
      id: "path",
      label: t`Request`,
      cell: (one) => (
        <button type="button" className={`${css.link} ${css.mono}`} onClick={() => open(one.id)}>
          {one.method} {one.path}
        </button>
      ),
    },
    { id: "user", label: t`Who`, minor: true, cell: (one) => one.user || one.ip },
    {
      id: "seconds",
      label: t`Took`,
      end: true,
      minor: true,
      cell: (one) => <Lasted seconds={one.seconds} />,
    },
  ]
  return (
    <Table
      label={t`Requests`}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.id}
      current={current}
      empty={
        <Couplet
          first={<Trans>No requests fit.</Trans>}
          second={<Trans>The last thousand are kept, in memory. Ask for less, or wait for more.</Trans>}
        />
      }
    />
  )
}

function Status({ status }: { status: number }) {
  return <State kind={status >= 500 ? "danger" : status >= 400 ? "warn" : "ok"}>{status}</State>
}

function OneRequest({ request, close }: { request: LoggedRequest; close: () => void }) {
  const { t, i18n } = useLingui()
  const [, change] = useAddress()
  const mono = (text: string) => <span className={css.mono}>{text}</span>
  return (
    <section className={css.detail} aria-label={t`Request`}>
      <div className={css.detailTop}>
        <h2 className={`${css.heading}`}>
          {request.method} {request.path}
        </h2>
        <IconButton icon={X} label={t`Close`} onPress={close} />
      </div>
      <Facts
        facts={[
          [t`Status`, <Status key="status" status={request.status} />],
          request.error !== "" && [t`Error`, request.error],
          [t`At`, <Moment key="at" at={request.at} />],
          [t`Took`, <Lasted key="took" seconds={request.seconds} />],
          [t`Answer`, bytes(request.bytes, formatLocale(i18n.locale))],
          [t`Who`, request.user || t`nobody logged in`],
          [t`Address`, mono(request.ip)],
          request.query !== "" && [t`Query`, mono(request.query)],
          [t`Route`, mono(request.route)],
          [t`Request id`, mono(request.id)],
        ]}
      />
      <button
        type="button"
        className={css.link}
        onClick={() => change({ tab: "lines", q: request.id, run: undefined }, "open")}
      >
        <Trans>What the server wrote about it</Trans>
      </button>
    </section>
  )
}
