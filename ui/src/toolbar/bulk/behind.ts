import { ApiError } from "couplet-client"
import { client } from "../../app/client.ts"
import { createStore } from "../../app/store.ts"
import type { GridModel } from "../../grid/model.ts"
import type { Outcome } from "./bulk.ts"

/** A change of many records that the server is at. */
export interface BulkRun {
  id: string
  state: "running" | "done" | "failed" | "cancelled"
  count: number
  done: number
  status: number | null
  report: Outcome | null
}

export type BulkDeed = "trying" | "changing" | "deleting"

/** What a list shows of it. */
export interface Working {
  deed: BulkDeed
  count: number
  done: number
  cancel: () => void
}

const workings = new WeakMap<GridModel, ReturnType<typeof createStore<Working | undefined>>>()

/** What is under way with the records of a list, also where what began it has been closed. */
export function workingOf(model: GridModel) {
  let working = workings.get(model)
  if (!working) {
    working = createStore<Working | undefined>(undefined)
    workings.set(model, working)
  }
  return working
}

const every = 300
const mostSilent = 30

/** Follows a change in the background to its end. What was refused is thrown as if it had been the answer. */
export async function follow(model: GridModel, deed: BulkDeed, begun: BulkRun): Promise<Outcome> {
  const working = workingOf(model)
  const path = `/api/_/bulk/${begun.id}/`
  const cancel = () => void client.post(`${path}cancel/`).catch(() => undefined) // it may be over by now
  let run = begun
  let silent = 0
  try {
    while (run.status === null) {
      working.set({ deed, count: run.count, done: run.done, cancel })
      await new Promise((resolve) => setTimeout(resolve, every))
      try {
        run = await client.get<BulkRun>(path)
        silent = 0
      } catch (error) {
        // A connection that is lost for a while ends nothing.
        if (!(error instanceof ApiError) || error.status !== 0 || ++silent > mostSilent) throw error
      }
    }
  } finally {
    working.set(undefined)
  }
  if (run.report && (run.status === 200 || run.state === "cancelled")) {
    return { ...run.report, cancelled: run.state === "cancelled" }
  }
  throw new ApiError(run.status, run.report)
}
