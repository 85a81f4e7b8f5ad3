import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useUnderWay } from "../app/background.ts"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { LongWork } from "../parts/LongWork.tsx"
import { Part } from "../parts/Page.tsx"
import { Couplet, Failure } from "../parts/States.tsx"
import type { Finding, Report } from "./api.ts"
import css from "./operate.module.css"
import { State } from "./State.tsx"
import { Working } from "./Working.tsx"

const kinds = { ok: "ok", warning: "warn", error: "danger" } as const
const weight = { error: 0, warning: 1, ok: 2 }

/** Has the doctor look everything over, when asked: it reads the whole database. */
export function Doctor() {
  const { t } = useLingui()
  const examining = useQuery({
    queryKey: ["operate", "doctor"],
    queryFn: ({ signal }) => client.get<Report>("/api/_/doctor/", { signal }),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const working = useUnderWay("doctor", { awaited: examining.isFetching })
  const report = examining.data
  const wrong = report?.findings.filter((one) => one.level !== "ok").length ?? 0
  return (
    <Part
      title={t`Doctor`}
      help={<Trans>Reads the whole database, and says what is wrong and what to do.</Trans>}
      actions={
        <Button
          kind="primary"
          isDisabled={examining.isFetching || !!working}
          onPress={() => void examining.refetch()}
        >
          <Trans>Examine now</Trans>
        </Button>
      }
    >
      {examining.isFetching && (
        <Working>
          <Trans>The doctor is examining.</Trans>
        </Working>
      )}
      {working && <LongWork label={t`Examining: ${working.phase}`} working={working} />}
      {examining.error && !examining.isFetching && (
        <Failure what={<Trans>The examination failed.</Trans>} error={examining.error} />
      )}
      {report ? (
        <>
          <p role="status">
            {wrong === 0 ? (
              <Trans>Nothing is wrong.</Trans>
            ) : (
              <Plural value={wrong} one="# finding wants attention." other="# findings want attention." />
            )}
          </p>
          <ul className={css.findings} aria-label={t`Findings`}>
            {[...report.findings]
              .sort((a, b) => weight[a.level] - weight[b.level])
              .map((finding, index) => (
                <OneFinding key={index} finding={finding} />
              ))}
          </ul>
        </>
      ) : (
        !examining.isFetching &&
        !examining.error && (
          <Couplet
            first={<Trans>Nothing was examined yet.</Trans>}
            second={<Trans>It takes moments, or minutes where the database is large.</Trans>}
          />
        )
      )}
    </Part>
  )
}

function OneFinding({ finding }: { finding: Finding }) {
  const { t } = useLingui()
  const words = { ok: t`fine`, warning: t`warning`, error: t`error` }
  return (
    <li className={css.finding}>
      <span>
        <State kind={kinds[finding.level]}>
          {finding.check}: {words[finding.level]}
        </State>
      </span>
      <span>{finding.message}</span>
      {finding.advice && <span className={css.advice}>{finding.advice}</span>}
    </li>
  )
}
