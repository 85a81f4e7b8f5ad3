import { useEffect, useState } from "react"
import { client } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { useStore } from "../app/store.ts"
import type { GridModel } from "./model.ts"
import type { Elsewhere } from "./Row.tsx"

interface Person {
  user: { id: string; username: string; display: string }
  fields: string[]
}

interface Presence {
  full?: boolean
  records: { pk: string | number; count: number; people: Person[] }[]
}

/** Where other people are, by record and field, and tells them where the reader is. */
export function useElsewhere(model: GridModel): ReadonlyMap<string, Elsewhere> {
  const me = useMe()
  const [where, setWhere] = useState<ReadonlyMap<string, Elsewhere>>(new Map())
  const [announce, setAnnounce] = useState<(at: unknown) => void>()
  const path = `/api/_/presence/${encodeURIComponent(model.collection.name)}/`
  useEffect(() => {
    const subscription = client.live.follow(path, {
      onFrame: (frame) => setWhere((before) => taken(before, frame as unknown as Presence, me.id)),
    })
    setAnnounce(() => (at: unknown) => subscription.send({ op: "presence", at }))
    return () => {
      setAnnounce(undefined)
      subscription.close()
    }
  }, [path, me.id])
  const { row } = useStore(model.active)
  const editing = useStore(model.editing)
  const version = useStore(model.rows.version)
  const key = model.rows.keyAt(row)
  const field = editing?.field
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row that has come in has a key
  useEffect(() => {
    if (!announce || key === undefined) return
    const timer = setTimeout(() => announce(field ? { pk: key, field } : { pk: key }), 300)
    return () => clearTimeout(timer)
  }, [announce, key, field, version > 0])
  return where
}

function taken(
  before: ReadonlyMap<string, Elsewhere>,
  { full, records }: Presence,
  me: string,
): ReadonlyMap<string, Elsewhere> {
  const next = new Map(full ? [] : before)
  for (const { pk, people } of records ?? []) {
    const places: Elsewhere = {}
    for (const { user, fields } of people) {
      if (user.id === me) continue
      for (const field of fields.length > 0 ? fields : [""]) {
        places[field] = places[field] ? `${places[field]}, ${user.display}` : user.display
      }
    }
    if (Object.keys(places).length > 0) next.set(String(pk), places)
    else next.delete(String(pk))
  }
  return next
}
