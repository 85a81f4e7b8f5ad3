import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Part } from "../parts/Page.tsx"
import { Notice, Progress, Said } from "../parts/States.tsx"
import { Table } from "../parts/Table.tsx"
import { bytes, formatLocale } from "../parts/Time.tsx"
import { cancel, type Import, pathOf, type Report } from "./api.ts"
import css from "./Import.module.css"

/** How far an import is, with numbers, and a way to end it. */
export function Running({ of }: { of: Import }) {
  const { t, i18n } = useLingui()
  const ending = useMutation({ mutationFn: () => cancel(of.id) })
  const locale = formatLocale(i18n.locale)
  const label = of.phase === "checking" ? t`Checking the rows` : t`Writing the rows`
  return (
    <div className={css.stack}>
      <p role="status">{label}</p>
      <Progress
        label={label}
        value={of.bytes}
        of={of.size}
        text={t`${bytes(of.bytes, locale)} of ${bytes(of.size, locale)}`}
      />
      <p className={css.sum}>
        <Plural value={of.rows} one="# row so far" other="# rows so far" />
        {of.failed > 0 && (
          <>
            , <Plural value={of.failed} one="# of them bad" other="# of them bad" />
          </>
        )}
      </p>
      <div className={css.actions}>
        <Button isPending={ending.isPending} onPress={() => ending.mutate()}>
          {of.dry_run ? <Trans>Stop checking</Trans> : <Trans>Cancel the import</Trans>}
        </Button>
      </div>
      {ending.error && (
        <Notice kind="danger">
          <Said error={ending.error} />
        </Notice>
      )}
    </div>
  )
}

/** The numbers of an import, added up as bookkeepers do. */
export function Tally({ report }: { report: Report }) {
  const { t, i18n } = useLingui()
  const number = (value: number) => value.toLocaleString(formatLocale(i18n.locale))
  const lines: [string, number][] = report.dry_run
    ? [
        [t`Would be added`, report.created],
        [t`Would be changed`, report.updated],
        [t`Would be left as they are`, report.skipped],
      ]
    : [
        [t`Added`, report.created],
        [t`Changed`, report.updated],
        [t`Left as they were`, report.skipped],
      ]
  return (
    <dl className={css.tally}>
      {lines.map(([name, value]) => (
        <div key={name} className={css.line}>
          <dt>{name}</dt>
          <dd>{number(value)}</dd>
        </div>
      ))}
      <div className={css.line} data-bad={report.failed > 0}>
        <dt>
          <Trans>Bad</Trans>
        </dt>
        <dd>{number(report.failed)}</dd>
      </div>
      <div className={`${css.line} ${css.total}`}>
        <dt>
          <Trans>Rows</Trans>
        </dt>
        <dd>{number(report.rows)}</dd>
      </div>
    </dl>
  )
}

/** The bad rows with the server's words, and all of them as a file. */
export function RowErrors({ id, report }: { id: string; report: Report }) {
  const { t } = useLingui()
  if (report.errors.length === 0) return null
  return (
    <Part
      title={t`Bad rows`}
      actions={
        <a href={`${client.http.base}${pathOf(id)}errors/`} download>
          <Trans>Download as CSV</Trans>
        </a>
      }
    >
      <Table
        label={t`Bad rows`}
        columns={[
          { id: "row", label: t`Row`, end: true, width: "64px", cell: ({ row }) => row },
          { id: "line", label: t`Line`, end: true, minor: true, width: "64px", cell: ({ line }) => line },
          { id: "column", label: t`Column`, cell: ({ column, field }) => column ?? field },
          { id: "message", label: t`Message`, cell: ({ message }) => message },
        ]}
        rows={report.errors.map((error, index) => ({ ...error, index }))}
        rowKey={({ index }) => String(index)}
      />
      {report.errors_left_out > 0 && (
        <p className={css.sum}>
          <Plural
            value={report.errors_left_out}
            one="One more mistake is not listed."
            other="# more mistakes are not listed."
          />
        </p>
      )}
    </Part>
  )
}
