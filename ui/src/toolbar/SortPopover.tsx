import { Plural, useLingui } from "@lingui/react/macro"
import { ArrowDownUp } from "lucide-react"
import { useStore } from "../app/store.ts"
import type { GridModel } from "../grid/model.ts"
import { parseOrder } from "../grid/order.ts"
import { Button } from "../parts/Button.tsx"
import { PopoverButton } from "../parts/Dialog.tsx"
import { onDemand } from "../parts/onDemand.tsx"

export const SortForm = onDemand(() => import("./SortForm.tsx").then((m) => m.SortForm))

/** The fields that a list is in the order of: the first one decides, the next ones where it is the same. */
export function SortPopover({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const { order } = useStore(model.list)
  const parts = parseOrder(order)
  return (
    <PopoverButton
      label={t`Sort ${model.collection.label_plural}`}
      placement="bottom end"
      trigger={
        <Button kind="quiet" icon={ArrowDownUp}>
          {parts.length > 0 ? (
            <Plural value={parts.length} one="Sort: # field" other="Sort: # fields" />
          ) : (
            t`Sort`
          )}
        </Button>
      }
    >
      <SortForm model={model} />
    </PopoverButton>
  )
}
