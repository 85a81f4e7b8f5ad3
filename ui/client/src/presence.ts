import type { Frame, Live, Subscription } from "./live.ts"

/** Somebody who looks at a record, and the fields that they edit. */
export interface Present {
  user: { id: string; username: string; display: string }
  since: string
  fields: string[]
  /** In how many windows. */
  tabs: number
}

/** Who is at which record of a collection. One is told of oneself, too. */
export class Presence {
  private readonly people = new Map<string | number, Present[]>()
  private readonly subscription: Subscription

  constructor(live: Live, collection: string, onChange: (people: Map<string | number, Present[]>) => void) {
    this.subscription = live.follow(`/api/_/presence/${encodeURIComponent(collection)}/`, {
      onFrame: (frame) => {
        this.take(frame)
        onChange(this.people)
      },
    })
  }

  /** Says that one looks at a record, or edits a field of it; in the place of what was said before. */
  at(pk: string | number, field?: string): void {
    this.subscription.send({ op: "presence", at: field === undefined ? { pk } : { pk, field } })
  }

  /** Says that one has left. */
  leave(): void {
    this.subscription.send({ op: "presence", at: null })
  }

  close(): void {
    this.subscription.close()
  }

  private take(frame: Frame): void {
    if (frame.full) this.people.clear()
    for (const { pk, people } of frame.records as { pk: string | number; people: Present[] }[]) {
      if (people.length > 0) this.people.set(pk, people)
      else this.people.delete(pk)
    }
  }
}
