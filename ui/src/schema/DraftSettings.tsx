import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { useSending } from "../app/form.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Checkbox, TextField } from "../parts/Field.tsx"
import { Said } from "../parts/States.tsx"
import { useWork, useWorkState } from "./work.ts"

/** What a draft is called and whether others who design the schema may work on it. */
export function DraftSettings({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const work = useWork()
  const { draft } = useWorkState()
  const [name, setName] = useState(draft?.name ?? "")
  const [shared, setShared] = useState(draft?.shared ?? false)
  const sending = useSending(async () => {
    await work.describe({ name, shared })
    onClose()
  })
  const rest = sending.rest("name", "shared")
  return (
    <Dialog
      title={t`Name and sharing`}
      isOpen
      onClose={onClose}
      footer={
        <Button kind="primary" type="submit" form="draft-settings" isPending={sending.pending}>
          <Trans>Save</Trans>
        </Button>
      }
    >
      <form id="draft-settings" onSubmit={sending.submit}>
        <TextField label={t`Name`} value={name} onChange={setName} errors={sending.of("name")} autoFocus />
        <p>
          <Checkbox isSelected={shared} onChange={setShared}>
            <Trans>Others who design the schema may see and change it</Trans>
          </Checkbox>
        </p>
        {rest ? (
          <p role="alert">
            <Said error={rest} />
          </p>
        ) : null}
      </form>
    </Dialog>
  )
}
