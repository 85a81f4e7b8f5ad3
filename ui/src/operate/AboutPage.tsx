import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Finder } from "../parts/Field.tsx"
import { Facts, Page, TabLinks } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { bytes, formatLocale, Time } from "../parts/Time.tsx"
import { type About, aboutQuery, type Licence, licencesQuery } from "./api.ts"
import { Lasted } from "./Moment.tsx"
import css from "./operate.module.css"
import { useAddress } from "./useAddress.ts"

/** What runs, and what it is made of. */
export function AboutPage() {
  const { t } = useLingui()
  const [{ tab }] = useAddress()
  const tabs = (
    <TabLinks
      label={t`Parts of the page`}
      current={tab}
      tabs={[
        { id: "server", label: t`This server` },
        { id: "licences", label: t`Licences` },
      ]}
    />
  )
  return (
    <Page title={t`About`} tabs={tabs}>
      {tab === "licences" ? <Licences /> : <ThisServer />}
    </Page>
  )
}

function ThisServer() {
  const reading = useQuery(aboutQuery)
  if (reading.error)
    return (
      <Failure
        what={<Trans>The facts did not load.</Trans>}
        error={reading.error}
        onRetry={() => void reading.refetch()}
      />
    )
  return reading.data ? <ServerFacts about={reading.data} /> : <Loading />
}

const engines: Record<string, string> = { sqlite: "SQLite", postgres: "PostgreSQL" }

function ServerFacts({ about }: { about: About }) {
  const { t, i18n } = useLingui()
  const { data } = about
  const mono = (text: string) => <span className={css.mono}>{text}</span>
  const size = (name: string, value: number | null | undefined) =>
    value != null && ([name, bytes(value, formatLocale(i18n.locale))] as const)
  return (
    <Facts
      facts={[
        [t`Version`, about.version],
        about.revision !== "" && [
          t`Revision`,
          mono(about.modified ? `${about.revision} (${t`changed since`})` : about.revision),
        ],
        about.built !== null && [t`Made`, <Time key="built" at={about.built} />],
        [t`Engine`, `${engines[about.engine.name] ?? about.engine.name} ${about.engine.version}`],
        [t`Built with`, `${about.go}, ${about.os}/${about.arch}`],
        [t`Started`, <Time key="started" at={about.started} />],
        [t`Runs for`, <Lasted key="uptime" seconds={about.uptime} />],
        [t`Schema`, mono(about.schema.slice(0, 12))],
        data !== null && [t`Data folder`, mono(data.folder)],
        size(t`Database`, data?.database),
        size(t`Write-ahead log`, data?.log),
        size(t`Files`, data?.files),
        size(t`Free on the disk`, data?.free),
      ]}
    />
  )
}

function Licences() {
  const { t } = useLingui()
  const [{ q = "" }, change] = useAddress()
  const reading = useQuery({ ...licencesQuery, staleTime: Number.POSITIVE_INFINITY })
  if (reading.error)
    return (
      <Failure
        what={<Trans>The licences did not load.</Trans>}
        error={reading.error}
        onRetry={() => void reading.refetch()}
      />
    )
  if (!reading.data) return <Loading />
  const word = q.toLowerCase()
  const list = reading.data.filter((one) => `${one.module} ${one.licence}`.toLowerCase().includes(word))
  return (
    <>
      <div className={css.bar}>
        <div className={css.grow}>
          <Finder
            label={t`Module or licence`}
            value={q}
            onChange={(value) => change({ q: value || undefined })}
          />
        </div>
      </div>
      {list.length === 0 && (
        <Couplet first={<Trans>Nothing of that name.</Trans>} second={<Trans>Ask for less.</Trans>} />
      )}
      <div>
        {list.map((one) => (
          <OneLicence key={one.module} licence={one} />
        ))}
      </div>
    </>
  )
}

function OneLicence({ licence }: { licence: Licence }) {
  return (
    <details className={css.licence}>
      <summary>
        <span>{licence.module === "std" ? "Go" : licence.module.replace(/^npm:/, "")}</span>
        <span className={css.faint}>{licence.version}</span>
        <span>{licence.licence}</span>
      </summary>
      <pre>{licence.text || licence.licence}</pre>
    </details>
  )
}
