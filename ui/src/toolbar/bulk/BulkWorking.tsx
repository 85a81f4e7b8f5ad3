import { useLingui } from "@lingui/react/macro"
import { useStore } from "../../app/store.ts"
import type { GridModel } from "../../grid/model.ts"
import { LongWork } from "../../parts/LongWork.tsx"
import { formatLocale } from "../../parts/Time.tsx"
import { workingOf } from "./behind.ts"

/** How far a change of many records is, and a way to end it. */
export function BulkWorking({ model, line }: { model: GridModel; line?: boolean }) {
  const { t, i18n } = useLingui()
  const working = useStore(workingOf(model))
  if (!working) return null
  const count = working.total.toLocaleString(formatLocale(i18n.locale))
  const label = {
    trying: t`Checking ${count} records`,
    changing: t`Changing ${count} records`,
    deleting: t`Deleting ${count} records`,
    undoing: t`Taking the change back`,
  }[working.deed]
  return <LongWork label={label} working={working} line={line ?? false} />
}
