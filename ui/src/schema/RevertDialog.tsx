import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { behind, type Working, wasCancelled } from "../app/background.ts"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import { schemaChanged } from "./apply.ts"
import css from "./Plan.module.css"
import type { Plan } from "./plan.ts"
import { agreed, type Consents, consentOf, impossible, Steps } from "./Steps.tsx"
import { TablesWork } from "./TablesWork.tsx"
import { useWork } from "./work.ts"

interface Report {
  changeset: string | null
  conflicts: { collection: string; key: string; field: string; reason: string }[]
  failed: { collection: string; key: string; reason?: string; message?: string }[]
  schema?: Plan
  /** Changes of the schema since, which are undone with it. */
  later?: string[]
  detail?: string
}

/** Taking back a change of the schema: what that does, what later changes go with it, and consent to what is lost. */
export function RevertDialog({
  changeset,
  name,
  onClose,
}: {
  changeset: string
  name: string
  onClose: () => void
}) {
  const { t } = useLingui()
  const work = useWork()
  const [consents, setConsents] = useState<Consents>({})
  const path = `/api/_/changesets/${encodeURIComponent(changeset)}/revert/`
  const check = useQuery({
    queryKey: ["schema", "revert", changeset],
    queryFn: () => client.post<Report>(path, { mode: "check" }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const plan = check.data?.schema
  const steps = plan?.steps ?? []
  const later = check.data?.later ?? []
  const [working, watch] = useState<Working>()
  const reverting = useMutation({
    mutationFn: () => {
      const mode = later.length > 0 ? "overwrite" : "keep"
      const consent = plan && { hash: plan.hash, consent: consentOf(steps) }
      return behind<Report>(path, { mode, ...consent }, watch)
    },
    onSuccess: async () => {
      onClose()
      tell(t`${name} is taken back.`)
      await schemaChanged(work)
    },
  })
  const ready = check.data !== undefined && agreed(steps, consents) && !impossible(steps)
  return (
    <Dialog
      title={t`Revert ${name}`}
      size="large"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            kind="danger"
            isDisabled={!ready}
            isPending={reverting.isPending}
            onPress={() => reverting.mutate()}
          >
            <Trans>Revert the change</Trans>
          </Button>
        </>
      }
    >
      {check.error ? (
        <Failure
          what={<Trans>It cannot be reverted.</Trans>}
          error={check.error}
          onRetry={() => void check.refetch()}
        />
      ) : !check.data ? (
        <Loading lines={3} />
      ) : (
        <>
          {check.data.detail && <p>{check.data.detail}</p>}
          {later.length > 0 && (
            <Notice kind="warn">
              <Trans>The schema was changed since. This is undone with it: {later.join(", ")}.</Trans>
            </Notice>
          )}
          {steps.length === 0 && (
            <p className={css.samples}>
              <Trans>No table is touched; the schema is as it was before.</Trans>
            </p>
          )}
          {plan && (
            <Steps steps={steps} document={plan.document} consents={consents} onConsent={setConsents} />
          )}
          {check.data.conflicts.map((one) => (
            <p key={`${one.collection} ${one.key} ${one.field}`} className={css.problem}>
              {one.collection} {one.key} {one.field}: {one.reason}
            </p>
          ))}
        </>
      )}
      {working && <TablesWork working={working} />}
      {reverting.error && (
        <Notice kind={wasCancelled(reverting.error) ? "warn" : "danger"}>
          <Said error={reverting.error} />
        </Notice>
      )}
    </Dialog>
  )
}
