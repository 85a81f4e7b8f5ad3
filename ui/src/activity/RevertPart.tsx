import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { useState } from "react"
import { useUnderWay, type Working, wasCancelled } from "../app/background.ts"
import { type RevertOptions, type RevertReport, revert } from "../app/revert.ts"
import { type Me, useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Choices } from "../parts/Choices.tsx"
import { LongWork } from "../parts/LongWork.tsx"
import { Part } from "../parts/Page.tsx"
import { Notice, Said } from "../parts/States.tsx"
import { tell, tellFailure } from "../parts/toasts.ts"
import css from "./Activity.module.css"
import type { Deed } from "./deeds.ts"
import { RevertFindings } from "./RevertFindings.tsx"
import { agreed, SchemaConsent } from "./SchemaConsent.tsx"

/** Whether the reader may undo all of it, as far as rights of whole collections tell. */
function mayRevert(me: Me, deed: Deed): boolean {
  if (me.is_superuser) return deed.parts.some(({ op }) => op !== "erased" && op !== "rewritten")
  return deed.parts.every(({ collection, op }) => {
    const rights = me.collections.find((one) => one.collection === collection)
    if (!rights) return false
    if (op === "create") return rights.delete !== "none"
    if (op === "update") return rights.change !== "none"
    return op === "delete" && rights.add !== "none"
  })
}

/** The way back: first what it would do and where others were since, then, on consent, it is done. */
export function RevertPart({
  deed,
  id,
  count,
  onReverted,
}: {
  deed: Deed
  id: string
  /** How many changes there are, as far as that is known. */
  count: number
  onReverted: () => void
}) {
  const { t } = useLingui()
  const me = useMe()
  const [own, watch] = useState<Working>()
  const check = useMutation({ mutationFn: () => revert(id, "check", { count, watch }) })
  const { run, undone } = useRevert(id, { count, watch }, onReverted)
  const elsewhere = useUnderWay("revert", { subject: id })
  const working = own ?? elsewhere
  if (!mayRevert(me, deed)) return null
  if (working) {
    return (
      <Part title={t`Going back`}>
        <ReversionWork working={working} trying={check.isPending} />
      </Part>
    )
  }
  if (undone) {
    return (
      <Part title={t`Going back`}>
        <Notice kind="ok">
          <Trans>It was reverted.</Trans>{" "}
          <Link to="/activity/$changeset" params={{ changeset: undone }}>
            <Trans>See what went back</Trans>
          </Link>
        </Notice>
      </Part>
    )
  }
  return (
    <Part title={t`Going back`}>
      {check.data ? (
        <Decide report={check.data} run={run} onLeave={() => check.reset()} />
      ) : (
        <div className={css.actions}>
          <Button isPending={check.isPending} onPress={() => check.mutate()}>
            <Trans>See what a revert would do</Trans>
          </Button>
          <span className={css.at}>
            <Trans>Nothing is changed yet.</Trans>
          </span>
        </div>
      )}
      <Refusal error={check.error ?? run.error} />
    </Part>
  )
}

/** How far a large revert is. */
function ReversionWork({ working, trying }: { working: Working; trying: boolean }) {
  const { t } = useLingui()
  const phases: { [phase: string]: string } = {
    reading: t`Reading the changes`,
    planning: t`Working out the way back`,
    writing: t`Writing the records`,
    tables: t`Changing the tables`,
  }
  const label = phases[working.phase] ?? (trying ? t`Checking a revert` : t`Reverting the change`)
  return <LongWork label={label} working={working} />
}

interface Decision {
  mode: "keep" | "overwrite"
  consent?: { hash: string; consent: string[] } | undefined
}

function useRevert(id: string, options: RevertOptions, onReverted: () => void) {
  const { t } = useLingui()
  const cache = useQueryClient()
  const done = () => {
    void cache.invalidateQueries({ queryKey: ["activity"] })
    void cache.invalidateQueries({ queryKey: ["names"] })
    onReverted()
  }
  const back = (changeset: string) =>
    revert(changeset, "keep", options).then(
      () => {
        tell(t`The revert is undone.`)
        run.reset()
        done()
      },
      (error: unknown) => tellFailure(error instanceof Error ? error.message : String(error)),
    )
  const run = useMutation({
    mutationFn: ({ mode, consent }: Decision) => revert(id, mode, { ...options, consent }),
    onSuccess: ({ changeset }) => {
      done()
      if (changeset) tell(t`Reverted.`, { label: t`Undo`, onPress: () => void back(changeset) })
      else tell(t`There was nothing to take back.`)
    },
  })
  return { run, undone: run.data?.changeset }
}

function Decide({
  report,
  run,
  onLeave,
}: {
  report: RevertReport
  run: ReturnType<typeof useRevert>["run"]
  onLeave: () => void
}) {
  const { t } = useLingui()
  const later = report.later ?? []
  const [mode, setMode] = useState<Decision["mode"]>(later.length > 0 ? "overwrite" : "keep")
  const [typed, setTyped] = useState<{ [step: string]: string }>({})
  const steps = report.schema?.steps ?? []
  const conflicts = report.conflicts.length
  const nothing = report.done.length === 0 && conflicts === 0 && !report.schema
  const consent = report.schema && {
    hash: report.schema.hash,
    consent: steps.filter(({ destructive }) => destructive).map(({ id }) => id),
  }
  return (
    <>
      <RevertFindings report={report} />
      <SchemaConsent steps={steps} typed={typed} onTyped={setTyped} />
      {conflicts > 0 && (
        <Choices
          label={t`What others changed since`}
          value={mode}
          onChange={(id) => setMode(id as Decision["mode"])}
          choices={[
            { id: "keep", label: <Trans>Keep it as it is now</Trans> },
            { id: "overwrite", label: <Trans>Overwrite it with the values before this change</Trans> },
          ]}
        />
      )}
      <div className={css.actions}>
        {!nothing && (
          <Button
            kind={mode === "overwrite" || steps.some(({ destructive }) => destructive) ? "danger" : "primary"}
            isPending={run.isPending}
            isDisabled={!agreed(steps, typed)}
            onPress={() => run.mutate({ mode, ...(consent ? { consent } : {}) })}
          >
            {conflicts > 0 && mode === "overwrite" ? (
              <Plural value={conflicts} one="Revert and overwrite #" other="Revert and overwrite #" />
            ) : conflicts > 0 ? (
              <Plural value={conflicts} one="Revert and keep #" other="Revert and keep #" />
            ) : (
              <Trans>Revert this change</Trans>
            )}
          </Button>
        )}
        <Button onPress={onLeave}>
          <Trans>Leave it as it is</Trans>
        </Button>
      </div>
    </>
  )
}

/** Why it was refused, record by record where the server says so. */
function Refusal({ error }: { error: unknown }) {
  if (!error) return null
  const body = error instanceof ApiError ? (error.body as Partial<RevertReport> | undefined) : undefined
  const failed = Array.isArray(body?.failed) ? body.failed : []
  const cancelled = wasCancelled(error)
  return (
    <Notice kind={cancelled ? "warn" : "danger"}>
      {cancelled ? (
        <Trans>The revert was cancelled. Nothing was changed.</Trans>
      ) : failed.length > 0 ? (
        <Trans>Nothing was reverted, because some records refuse it.</Trans>
      ) : (
        <Said error={error} />
      )}
      <ul>
        {failed.map(({ collection, key, errors }) => (
          <li key={`${collection} ${key}`}>
            {collection} {key}: {messages(errors)}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

function messages(errors: unknown): string {
  if (Array.isArray(errors)) return errors.map(messages).join(" ")
  if (typeof errors !== "object" || errors === null) return String(errors)
  return Object.entries(errors)
    .map(([field, said]) => (field === "detail" ? messages(said) : `${field}: ${messages(said)}`))
    .join(" ")
}
