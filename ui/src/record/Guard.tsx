import { Trans, useLingui } from "@lingui/react/macro"
import { useBlocker } from "@tanstack/react-router"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import type { Draft } from "./draft.ts"

/** Asks before what was typed is left behind. */
export function Guard({ drafts, onSave }: { drafts: readonly Draft[]; onSave: () => Promise<boolean> }) {
  const { t } = useLingui()
  const dirty = () => drafts.some((draft) => draft.dirty)
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty() && placeOf(current) !== placeOf(next),
    enableBeforeUnload: dirty,
    withResolver: true,
  })
  if (blocker.status !== "blocked") return null
  const leave = () => {
    for (const draft of drafts) draft.clear()
    blocker.proceed()
  }
  return (
    <Dialog
      title={t`There are unsaved changes`}
      isOpen
      onClose={blocker.reset}
      footer={
        <>
          <Button kind="quiet" onPress={blocker.reset}>
            <Trans>Stay here</Trans>
          </Button>
          <Button kind="danger" onPress={leave}>
            <Trans>Discard the changes</Trans>
          </Button>
          <Button
            kind="primary"
            onPress={() => void onSave().then((saved) => (saved ? blocker.proceed() : blocker.reset()))}
          >
            <Trans>Save and leave</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>What you have typed here is lost if you leave without saving.</Trans>
      </p>
    </Dialog>
  )
}

/** The record that an address is of: another tab of it, or another order of the list, is no leaving. */
function placeOf({ pathname, search }: { pathname: string; search: unknown }): string {
  return `${pathname} ${(search as { rec?: string }).rec ?? ""}`
}
