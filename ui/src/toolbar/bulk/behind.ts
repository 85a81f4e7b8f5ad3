import { ApiError } from "couplet-client"
import { follow, type Watch, type Working } from "../../app/background.ts"
import { createStore } from "../../app/store.ts"
import type { GridModel } from "../../grid/model.ts"
import type { Outcome } from "./bulk.ts"

export type BulkDeed = "trying" | "changing" | "deleting" | "undoing"

/** What is under way with the records of a list. */
export interface BulkWork extends Working {
  deed: BulkDeed
}

const workings = new WeakMap<GridModel, ReturnType<typeof createStore<BulkWork | undefined>>>()

/** What is under way with the records of a list, also where what began it has been closed. */
export function workingOf(model: GridModel) {
  let working = workings.get(model)
  if (!working) {
    working = createStore<BulkWork | undefined>(undefined)
    workings.set(model, working)
  }
  return working
}

export function watchOf(model: GridModel, deed: BulkDeed): Watch {
  return (working) => workingOf(model).set(working && { ...working, deed })
}

/** Follows a change in the background to its end. What was refused is thrown as if it had been the answer. */
export async function outcomeOf(model: GridModel, deed: BulkDeed, id: string): Promise<Outcome> {
  const run = await follow<Outcome>(id, watchOf(model, deed))
  if (run.report && (run.status === 200 || run.state === "cancelled")) {
    return { ...run.report, cancelled: run.state === "cancelled" }
  }
  throw new ApiError(run.status ?? 500, run.report)
}
