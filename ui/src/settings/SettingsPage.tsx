import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { useTopic } from "../app/live.ts"
import { useMe } from "../app/session.ts"
import { Page, Part } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { MailTest } from "./MailTest.tsx"
import { SettingRow } from "./SettingRow.tsx"
import css from "./Settings.module.css"
import { keepSettings, type Setting, sections, settingsQuery } from "./settings.ts"

/** The server's settings by section: what is in force, where it comes from, and what can be changed here. */
export function SettingsPage() {
  const { t } = useLingui()
  const { section = "server" } = useParams({ strict: false }) as { section?: string }
  const { data, error, refetch } = useQuery(settingsQuery)
  useTopic<{ settings: Setting[] }>("settings", keepSettings)
  return (
    <Page title={t`Settings`}>
      <div className={css.columns}>
        <SectionLinks current={section} />
        {error && !data ? (
          <Failure what={<Trans>The settings did not load.</Trans>} error={error} onRetry={refetch} />
        ) : data ? (
          <Section section={section} settings={data.settings} />
        ) : (
          <Loading />
        )}
      </div>
    </Page>
  )
}

function SectionLinks({ current }: { current: string }) {
  const { t, i18n } = useLingui()
  const me = useMe()
  return (
    <nav aria-label={t`Sections`} className={css.sections}>
      {sections.map(({ id, label }) => (
        <Link
          key={id}
          to="/settings/$section"
          params={{ section: id }}
          className={css.section}
          aria-current={id === current ? "page" : undefined}
        >
          {i18n._(label)}
        </Link>
      ))}
      {me.screens.includes("schema") && (
        <p className={css.aside}>
          <Trans>
            How lists are cut, who may log in how and what is throttled belongs to the{" "}
            <Link to={"/schema" as string}>schema</Link>.
          </Trans>
        </p>
      )}
    </nav>
  )
}

function Section({ section, settings }: { section: string; settings: Setting[] }) {
  const { i18n } = useLingui()
  const known = sections.find(({ id }) => id === section)
  if (!known) {
    return (
      <Couplet
        first={<Trans>There is no such section.</Trans>}
        second={<Trans>Choose one of those beside this.</Trans>}
      />
    )
  }
  const own = settings.filter((setting) => setting.section === section)
  return (
    <div className={css.list}>
      <Part title={i18n._(known.label)}>
        <div>
          {own.map((setting) => (
            <SettingRow key={setting.name} setting={setting} />
          ))}
        </div>
      </Part>
      {section === "mail" && <MailTest settings={own} />}
    </div>
  )
}
