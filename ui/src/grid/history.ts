import { t } from "@lingui/core/macro"
import { ApiError } from "couplet-client"
import { client } from "../app/client.ts"
import type { Row } from "../app/collections.ts"
import { tell, tellFailure } from "../parts/toasts.ts"
import type { GridModel } from "./model.ts"
import { readSome } from "./read.ts"

/** The changesets made from a grid: those that can be undone, and those that were, by the changesets that undid them. */
const histories = new WeakMap<GridModel, { done: string[]; undone: string[] }>()

function historyOf(model: GridModel) {
  let history = histories.get(model)
  if (!history) {
    history = { done: [], undone: [] }
    histories.set(model, history)
  }
  return history
}

/** Takes note of a write, so that Ctrl+Z undoes it. */
export function remember(model: GridModel, headers: Headers): string | undefined {
  const changeset = headers.get("Couplet-Group") ?? headers.get("Couplet-Changeset") ?? undefined
  if (!changeset) return undefined
  const history = historyOf(model)
  history.done.push(changeset)
  history.undone = []
  return changeset
}

/** Tells of a change of many cells, with a way back. */
export function tellUndoable(model: GridModel, text: string, changeset: string | undefined): void {
  model.say(text)
  if (!changeset) {
    tell(text)
    return
  }
  tell(text, {
    label: t`Undo`,
    onPress: () => {
      const history = historyOf(model)
      history.done = history.done.filter((one) => one !== changeset)
      void back(model, changeset, history.undone)
    },
  })
}

export async function undo(model: GridModel): Promise<void> {
  const history = historyOf(model)
  const changeset = history.done.pop()
  if (!changeset) return model.say(t`There is nothing to undo.`)
  if (await back(model, changeset, history.undone)) model.say(t`Undone.`)
}

export async function redo(model: GridModel): Promise<void> {
  const history = historyOf(model)
  const changeset = history.undone.pop()
  if (!changeset) return model.say(t`There is nothing to redo.`)
  if (await back(model, changeset, history.done)) model.say(t`Done again.`)
}

interface Report {
  changeset: string | null
  done: { collection: string; key: string; op: string }[]
  kept: { field?: string; reason: string }[]
}

/** Undoes a changeset; what others changed since stays. The changeset that did so goes onto the other pile. */
async function back(model: GridModel, changeset: string, onto: string[]): Promise<boolean> {
  try {
    const report = await client.post<Report>(`/api/_/changesets/${changeset}/revert/`, { mode: "keep" })
    if (report.changeset) onto.push(report.changeset)
    const kept = report.kept.length
    if (kept > 0) tell(t`What was changed since stayed as it is: ${report.kept[0]?.reason ?? ""}`)
    const own = report.done.filter((one) => one.collection === model.collection.name)
    if (own.some((one) => one.op !== "update")) model.rows.refresh()
    else
      await reread(
        model,
        own.map((one) => one.key),
      )
    return true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    tellFailure(t`It was not undone. ${error.detail}`)
    return false
  }
}

/** Reads some records anew, wherever they are in the list. */
export async function reread(model: GridModel, keys: readonly string[]): Promise<Row[]> {
  const wanted = keys.filter((key) => model.rows.placeOf(key) !== undefined).slice(0, 500)
  if (wanted.length === 0) return []
  const rows = await readSome(model.collection, wanted, { fields: model.rows.query.fields })
  model.rows.put(rows)
  return rows
}
