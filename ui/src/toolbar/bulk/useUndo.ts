import { plural } from "@lingui/core/macro"
import { useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import type { GridModel } from "../../grid/model.ts"
import { tell, tellFailure } from "../../parts/toasts.ts"
import { type Outcome, undoBulk } from "./bulk.ts"

/** Tells what was done to many records, with a way back. */
export function useTellDone(model: GridModel): (text: string, outcome: Outcome) => void {
  const { t } = useLingui()
  const undo = (outcome: Outcome) =>
    undoBulk(outcome).then(
      (count) => {
        model.refresh()
        tell(t`${plural(count, { one: "# record is", other: "# records are" })} as before.`)
      },
      (error) => tellFailure(error instanceof ApiError ? error.detail : String(error)),
    )
  return (text, outcome) => {
    model.chooseAll(false)
    model.refresh()
    const back = outcome.changeset || outcome.group
    tell(text, back ? { label: t`Undo`, onPress: () => void undo(outcome) } : undefined)
  }
}
