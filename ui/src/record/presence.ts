import { useEffect, useState } from "react"
import { client } from "../app/client.ts"
import type { Key } from "../app/collections.ts"
import { useMe } from "../app/session.ts"

/** Somebody else at the same record. */
export interface Person {
  user: { id: string; username: string; display: string }
  since: string
  /** The fields that they edit. */
  fields: string[]
}

interface Frame {
  full?: boolean
  records?: { pk: Key; count: number; people: Person[] }[]
}

/** Who else looks at a record, and tells them that the reader does, and which field they edit. */
export function usePresence(collection: string, key: Key | undefined, field: string | undefined): Person[] {
  const me = useMe()
  const [people, setPeople] = useState<Person[]>([])
  const [announce, setAnnounce] = useState<(at: unknown) => void>()
  const path =
    key === undefined
      ? ""
      : `/api/_/presence/${encodeURIComponent(collection)}/${encodeURIComponent(String(key))}/`
  useEffect(() => {
    if (!path) return
    const subscription = client.live.follow(path, {
      onFrame: (frame) => {
        const told = (frame as unknown as Frame).records?.at(-1)
        if (told) setPeople(told.people.filter((person) => person.user.id !== me.id))
        else if (frame.full) setPeople([])
      },
    })
    setAnnounce(() => (at: unknown) => subscription.send({ op: "presence", at }))
    return () => {
      subscription.close()
      setAnnounce(undefined)
      setPeople([])
    }
  }, [path, me.id])
  useEffect(() => {
    if (key !== undefined) announce?.(field ? { pk: key, field } : { pk: key })
  }, [announce, key, field])
  return people
}
