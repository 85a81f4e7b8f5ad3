import { Trans, useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Select } from "../parts/Field.tsx"
import { Page, TabLinks } from "../parts/Page.tsx"
import { Failure, Loading } from "../parts/States.tsx"
import { Table } from "../parts/Table.tsx"
import { bytes, formatLocale } from "../parts/Time.tsx"
import { type Metrics, metricsQuery } from "./api.ts"
import { Chart, type Line } from "./Chart.tsx"
import css from "./Metrics.module.css"
import { lasted, Moment } from "./Moment.tsx"
import operate from "./operate.module.css"
import { useAddress } from "./useAddress.ts"

interface Figure {
  title: string
  lines: Line[]
  format: (value: number) => string
}

/** How the server's figures went. */
export function MetricsPage() {
  const { t } = useLingui()
  const [{ range = "1h", tab }, change] = useAddress()
  const reading = useQuery({
    ...metricsQuery(range),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
  return (
    <Page
      title={t`Metrics`}
      still={tab !== "table"}
      tabs={
        <TabLinks
          label={t`Parts of the metrics`}
          current={tab}
          tabs={[
            { id: "charts", label: t`Charts` },
            { id: "table", label: t`Table` },
          ]}
        />
      }
      actions={
        <div className={operate.narrow}>
          <Select
            label={t`Range`}
            hideLabel
            value={range}
            onChange={(value) => change({ range: value })}
            options={[
              { id: "1h", label: t`Last hour` },
              { id: "1d", label: t`Last day` },
            ]}
          />
        </div>
      }
    >
      {reading.error ? (
        <Failure
          what={<Trans>The metrics did not load.</Trans>}
          error={reading.error}
          onRetry={() => void reading.refetch()}
        />
      ) : reading.data ? (
        <Shown metrics={reading.data} asTable={tab === "table"} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Shown({ metrics, asTable }: { metrics: Metrics; asTable: boolean }) {
  const figures = useFigures(metrics)
  if (asTable) return <Numbers metrics={metrics} figures={figures} />
  return (
    <>
      <div className={css.charts}>
        {figures.map((figure) => (
          <Chart key={figure.title} {...figure} start={metrics.start} step={metrics.step} />
        ))}
      </div>
      <p className={operate.faint}>
        <Trans>Measured since the server started, and kept in memory. Prometheus reads /metrics.</Trans>
      </p>
    </>
  )
}

function useFigures({ series }: Metrics): Figure[] {
  const { t, i18n } = useLingui()
  const locale = formatLocale(i18n.locale)
  const number = (digits: number) => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits })
    return (value: number) => format.format(value)
  }
  const rate = (value: number) => t`${number(value < 10 ? 1 : 0)(value)}/s`
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 })
  const size = (value: number) => bytes(value, locale)
  const of = (name: string, label: string): Line => ({ label, values: series[name] ?? [] })
  return [
    { title: t`Requests`, lines: [of("requests", t`all`), of("errors", t`failed`)], format: rate },
    {
      title: t`Time to answer`,
      lines: [of("p50", t`half within`), of("p95", t`95 % within`)],
      format: (value) => lasted(value, locale),
    },
    { title: t`Writes`, lines: [of("writes", t`writes`)], format: rate },
    {
      title: t`Answers from memory`,
      lines: [of("cache_hits", t`share`)],
      format: (value) => percent.format(value),
    },
    { title: t`Memory`, lines: [of("memory", t`process`), of("heap", t`heap`)], format: size },
    {
      title: t`Connections`,
      lines: [of("connections", t`all`), of("live", t`live`)],
      format: number(0),
    },
    { title: t`Goroutines`, lines: [of("goroutines", t`goroutines`)], format: number(0) },
  ]
}

/** The same numbers, the newest first. */
function Numbers({ metrics, figures }: { metrics: Metrics; figures: Figure[] }) {
  const { t } = useLingui()
  const start = new Date(metrics.start).getTime()
  const count = metrics.series.requests?.length ?? 0
  const measured = Array.from({ length: count }, (_, index) => count - 1 - index).filter((index) =>
    figures.some((figure) => figure.lines.some((line) => line.values[index] != null)),
  )
  const columns = figures.flatMap((figure) =>
    figure.lines.map((line) => ({
      id: `${figure.title} ${line.label}`,
      label: figure.lines.length > 1 ? `${figure.title}, ${line.label}` : figure.title,
      end: true,
      cell: (index: number) => {
        const value = line.values[index]
        return value == null ? "–" : figure.format(value)
      },
    })),
  )
  return (
    <Table
      label={t`Metrics`}
      rows={measured}
      rowKey={String}
      columns={[
        {
          id: "at",
          label: t`Until`,
          cell: (index) => <Moment at={new Date(start + (index + 1) * metrics.step * 1000).toISOString()} />,
        },
        ...columns,
      ]}
    />
  )
}
