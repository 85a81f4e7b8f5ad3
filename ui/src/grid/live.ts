import { ApiError, type LiveEvent } from "couplet-client"
import { useRef } from "react"
import { type Key, keyOf, type Row, recordsPath } from "../app/collections.ts"
import { useLive } from "../app/live.ts"
import { useStore } from "../app/store.ts"
import { reread } from "./history.ts"
import type { GridModel } from "./model.ts"
import { readSome } from "./read.ts"
import { writing } from "./save.ts"

const washed = 700

/**
 * What others change appears in place and moves nothing: edits are shown and marked for a moment, new records wait,
 * records that are gone or do not match any more stay, marked, until the list is read anew.
 */
export function useLiveRows(model: GridModel): void {
  const { filter, order, q } = useStore(model.list)
  const known = useRef("")
  const query = new URLSearchParams({ limit: "1", fields: model.collection.key })
  if (filter) query.set("filter", filter)
  if (order) query.set("order", order)
  if (q) query.set("q", q)
  const path = `${recordsPath(model.collection.name)}?${query}`
  useLive<Row>(path, {
    onSnapshot: () => {
      const again = known.current === path
      known.current = path
      if (again) void model.rows.retry()
      orOutdated(model, again ? recheck(model) : caughtUp(model))
    },
    onChanges: (events) => heard(model, events),
  })
}

/** What others changed after the rows were read and before changes were told of is shown as what comes later. */
async function caughtUp(model: GridModel): Promise<void> {
  const changed = await model.rows.changedSince()
  if (!changed) return recheck(model)
  if (changed.length > 0) await changedRows(model, changed)
}

function heard(model: GridModel, events: readonly LiveEvent<Row>[]): void {
  const { rows, collection } = model
  const changed: string[] = []
  const arrived = new Set(rows.arrived.get())
  for (const event of events) {
    if (event.op === "gone") {
      if (arrived.delete(String(event.pk))) continue
      orOutdated(model, wentAway(model, event.pk))
      continue
    }
    const key = String(keyOf(collection, event.record))
    if (rows.placeOf(key) !== undefined) changed.push(key)
    else if (event.op === "created" && !writing.has(key)) arrived.add(key)
  }
  // An empty list has nothing that could be moved.
  if (rows.empty && arrived.size > 0) rows.refresh()
  else if (arrived.size !== rows.arrived.get().size) {
    rows.arrived.set(arrived)
    void rows.measure()
  }
  if (changed.length > 0) orOutdated(model, changedRows(model, changed))
  model.changes.set(model.changes.get() + 1)
}

/** What has changed could not be read: the list is offered anew. */
function orOutdated(model: GridModel, read: Promise<void>): void {
  read.catch((error) => {
    if (!(error instanceof ApiError)) throw error
    model.rows.outdated.set(true)
  })
}

/** Rows that were changed are read as they are now, with their names and rights, and shown as changed by others. */
async function changedRows(model: GridModel, keys: readonly string[]): Promise<void> {
  const before = new Map(keys.map((key) => [key, model.rows.rowOf(key)?._v]))
  const now = await reread(model, keys)
  for (const row of now) {
    const key = String(keyOf(model.collection, row))
    const back = model.rows.marks.get(key) === "left" || model.rows.marks.get(key) === "gone"
    if (back) model.rows.mark(key, undefined)
    if (writing.has(key) || before.get(key) === row._v) continue
    model.rows.mark(key, "changed")
    setTimeout(() => {
      if (model.rows.marks.get(key) === "changed") model.rows.mark(key, undefined)
    }, wash())
  }
}

function wash(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 2000 : washed
}

/** A record that left the list: it does not match any more, or it is gone. */
async function wentAway(model: GridModel, key: Key): Promise<void> {
  void model.rows.measure()
  if (model.rows.placeOf(key) === undefined) return
  const [row] = await reread(model, [String(key)])
  model.rows.mark(key, row ? "left" : "gone")
}

/** After more changes than can be told one by one: what is kept is read anew in place, and the list is offered anew. */
async function recheck(model: GridModel): Promise<void> {
  const { rows, collection } = model
  rows.outdated.set(true)
  void rows.measure()
  model.changes.set(model.changes.get() + 1)
  const keys = rows.keptKeys()
  for (let at = 0; at < Math.min(keys.length, 2000); at += 500) {
    const some = keys.slice(at, at + 500)
    const { fields, filter } = rows.query
    const now = await readSome(collection, some, { fields, filter })
    const there = new Set(now.map((row) => String(keyOf(collection, row))))
    rows.put(now)
    for (const key of some) if (!there.has(key)) rows.mark(key, "gone")
  }
}
