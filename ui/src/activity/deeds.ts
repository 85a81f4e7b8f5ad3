import type { Change, Op } from "./api.ts"

/** What was done to one collection. */
export interface DeedPart {
  collection: string | null
  op: Op
  count: number
  /** Fields that were changed. */
  fields: string[]
  /** The record, where it is one. */
  key: string | null
}

/** What somebody did at once: a changeset, or the changesets of a group. */
export interface Deed {
  id: string
  /** It is several changesets, and may have more changes than were read. */
  grouped: boolean
  time: string
  actor: string | null
  via: string
  cause: string | null
  parts: DeedPart[]
}

const mostFields = 12

/** Adds changes to what is gathered already; both come the latest first. */
export function mergeDeeds(known: readonly Deed[], changes: readonly Change[]): Deed[] {
  const deeds = new Map(
    known.map((deed) => [deed.id, { ...deed, parts: deed.parts.map((part) => ({ ...part })) }]),
  )
  for (const change of changes) {
    const id = change.group ?? change.changeset
    const { time, actor, via, cause } = change
    let deed = deeds.get(id)
    if (!deed) {
      deed = { id, grouped: change.group !== null, time, actor, via, cause, parts: [] }
      deeds.set(id, deed)
    }
    addTo(deed, change)
  }
  return [...deeds.values()]
}

function addTo(deed: Deed, { collection, op, key, fields }: Change): void {
  let part = deed.parts.find((one) => one.collection === collection && one.op === op)
  if (!part) {
    part = { collection, op, count: 0, fields: [], key }
    deed.parts.push(part)
  }
  part.count++
  if (part.key !== key) part.key = null
  for (const field of Object.keys(fields)) {
    if (!part.fields.includes(field) && part.fields.length < mostFields) part.fields.push(field)
  }
}

/** Pages of deeds as one list: what goes on over the end of a page is put together. */
export function joinDeeds(pages: readonly (readonly Deed[])[]): Deed[] {
  const deeds = new Map<string, Deed>()
  for (const deed of pages.flat()) {
    const before = deeds.get(deed.id)
    deeds.set(deed.id, before ? { ...before, parts: joinParts(before.parts, deed.parts) } : deed)
  }
  return [...deeds.values()]
}

function joinParts(a: readonly DeedPart[], b: readonly DeedPart[]): DeedPart[] {
  const out = a.map((part) => ({ ...part }))
  for (const part of b) {
    const same = out.find((one) => one.collection === part.collection && one.op === part.op)
    if (!same) out.push(part)
    else {
      same.count += part.count
      same.key = same.key === part.key ? part.key : null
      same.fields = [...new Set([...same.fields, ...part.fields])].slice(0, mostFields)
    }
  }
  return out
}

/** How many deeds there are before the latest change that is known; undefined where it is not among them. */
export function newDeeds(changes: readonly Change[], newest: string | undefined): number | undefined {
  const at = changes.findIndex(({ cursor }) => cursor === newest)
  if (at < 0 && newest !== undefined) return changes.length > 0 ? undefined : 0
  const fresh = at < 0 ? changes : changes.slice(0, at)
  return new Set(fresh.map((change) => change.group ?? change.changeset)).size
}
