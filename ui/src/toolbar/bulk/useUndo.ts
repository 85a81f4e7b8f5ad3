import { plural } from "@lingui/core/macro"
import { useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import { useEffect, useRef } from "react"
import type { GridModel } from "../../grid/model.ts"
import { wordsOf } from "../../grid/save.ts"
import { tell, tellFailure } from "../../parts/toasts.ts"
import { changedBefore, type Outcome, undoBulk } from "./bulk.ts"

/** Tells what was done to many records, with a way back. */
export function useTellDone(model: GridModel): (text: string, outcome: Outcome) => void {
  const { t } = useLingui()
  const undo = (outcome: Outcome) =>
    undoBulk(model, outcome).then(
      (count) => {
        model.refresh()
        tell(t`${plural(count, { one: "# record is", other: "# records are" })} as before.`)
      },
      (error) => tellFailure(error instanceof ApiError ? error.detail : String(error)),
    )
  return (text, outcome) => {
    if (!outcome.cancelled) model.chooseAll(false)
    model.refresh()
    const back = outcome.changeset || outcome.group
    const { changed } = outcome
    const said = outcome.cancelled
      ? plural(changed, {
          0: "Cancelled. Nothing was changed.",
          one: "Cancelled. # record was changed before.",
          other: "Cancelled. # records were changed before.",
        })
      : text
    tell(said, back ? { label: t`Undo`, onPress: () => void undo(outcome) } : undefined)
  }
}

/** Tells of a failure where it has no place any more, and of what was changed before it, with a way back. */
export function useTellFailed(model: GridModel): (error: unknown) => void {
  const { t } = useLingui()
  const done = useTellDone(model)
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  return (error) => {
    const before = changedBefore(error)
    if (!shown.current) tellFailure(wordsOf(error))
    if (before) done(t`${before.changed} records were changed before the rest was refused.`, before)
  }
}
