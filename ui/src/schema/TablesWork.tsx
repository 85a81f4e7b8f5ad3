import { useLingui } from "@lingui/react/macro"
import type { Working } from "../app/background.ts"
import { LongWork } from "../parts/LongWork.tsx"

/** How far a change of the tables is. Before it begins it waits for what is writing now. */
export function TablesWork({ working, line = false }: { working: Working; line?: boolean }) {
  const { t } = useLingui()
  const label = working.phase ? t`Changing the tables` : t`Waiting for other work to end`
  return <LongWork label={label} working={working} line={line} />
}
