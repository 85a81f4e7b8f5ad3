import { Trans, useLingui } from "@lingui/react/macro"
import { Columns3 } from "lucide-react"
import type { GridModel } from "../grid/model.ts"
import { Button } from "../parts/Button.tsx"
import { PopoverButton } from "../parts/Dialog.tsx"
import { onDemand } from "../parts/onDemand.tsx"

export const ColumnsForm = onDemand(() => import("./ColumnsForm.tsx").then((m) => m.ColumnsForm))

/** Which columns are shown, in which order, which stay in sight, and how high rows are. */
export function ColumnsPopover({ model }: { model: GridModel }) {
  const { t } = useLingui()
  return (
    <PopoverButton
      label={t`Columns of ${model.collection.label_plural}`}
      placement="bottom end"
      trigger={
        <Button kind="quiet" icon={Columns3}>
          <Trans>Columns</Trans>
        </Button>
      }
    >
      <ColumnsForm model={model} />
    </PopoverButton>
  )
}
