import type { Http } from "./http.ts"
import { parseJSON } from "./json.ts"
import { type LiveState, Socket } from "./socket.ts"

export type { LiveState } from "./socket.ts"

/** One change of a set: a record that came into it or changed, or the key of one that has left it or the reader's sight. */
export type LiveEvent<R> =
  | { op: "created" | "updated"; record: R; pk?: never }
  | { op: "gone"; pk: string | number; record?: never }

/** What a list's or record's subscription is told. */
export interface LiveHandler<R> {
  /** The set as it is now; everything known of it before is to be forgotten. */
  onSnapshot?(snapshot: { results: R[]; count?: number }): void
  onChanges?(events: LiveEvent<R>[], count: number | undefined): void
  /** The server refused the subscription: nothing more is told of it, unless somebody logs in anew. */
  onError?(status: number, body: unknown): void
}

/** What a subscription to a topic or to presence is told: the frames as they are. */
export interface FrameHandler {
  onFrame(frame: Frame): void
  /** A frame was refused: the subscription, or a place that was announced. */
  onError?(status: number, body: unknown): void
}

export interface Frame {
  op: string
  id?: string
  cursor?: string
  [member: string]: unknown
}

export interface Subscription {
  /** Sends a frame about this subscription, such as where one is (presence). The last one is said again after a break. */
  send(frame: Record<string, unknown>): void
  /** Ends it. */
  close(): void
}

interface Entry {
  path: string
  cursor: string | undefined
  /** Asked for, and nothing heard of it yet. */
  pending: boolean
  refused: boolean
  handler: LiveHandler<never> & Partial<FrameHandler>
  announced: Record<string, unknown> | undefined
}

/**
 * What is told over /api/live/: one connection for all subscriptions, opened with the first and closed after the last.
 * After a lost connection each one goes on from its cursor, so that nothing is missed and nothing told twice.
 */
export class Live {
  private readonly socket: Socket
  private readonly entries = new Map<string, Entry>()
  private last = 0
  /** The cursor of the latest frame on this connection. */
  private latest: string | undefined
  /** Whether the log-in was renewed since anything was told. */
  private renewed = false

  constructor(http: Http) {
    this.http = http
    this.socket = new Socket(http, {
      opened: () => this.opened(),
      heard: (text) => this.heard(parseJSON(text) as Frame),
    })
  }
  private readonly http: Http

  get state(): LiveState {
    return this.socket.state
  }

  /** Follows a list, a record or a full resource: `path` is the address that GET would have. */
  subscribe<R>(path: string, handler: LiveHandler<R>, from?: string): Subscription {
    return this.add(path, handler as Entry["handler"], from)
  }

  /** Follows a topic of the system or who is where: `/api/_/topics/schema/`, `/api/_/presence/articles/`. */
  follow(path: string, handler: FrameHandler): Subscription {
    return this.add(path, handler as Entry["handler"], undefined)
  }

  /** Is told how the connection stands, now and whenever that changes. */
  watch(watcher: (state: LiveState) => void): () => void {
    return this.socket.watch(watcher)
  }

  /** Closes the connection and opens it anew, as after another log-in; subscriptions stay, refused ones are asked again. */
  reconnect(): void {
    for (const entry of this.entries.values()) entry.refused = false
    this.renewed = false
    this.socket.close()
    if (this.entries.size > 0) this.socket.open()
  }

  private add(path: string, handler: Entry["handler"], from: string | undefined): Subscription {
    const id = String(++this.last)
    const entry = {
      path,
      handler,
      cursor: from,
      pending: false,
      refused: false,
      announced: undefined,
    } as Entry
    this.entries.set(id, entry)
    if (this.socket.state === "open") this.ask([[id, entry]])
    else this.socket.open()
    return {
      send: (frame) => {
        entry.announced = frame
        this.write({ ...frame, id })
      },
      close: () => this.remove(id),
    }
  }

  private remove(id: string): void {
    const entry = this.entries.get(id)
    if (!entry) return
    this.entries.delete(id)
    if (!entry.refused) this.write({ op: "unsubscribe", id })
    if (this.entries.size === 0) this.socket.close()
  }

  private opened(): void {
    this.latest = undefined
    this.ask([...this.entries].filter(([, entry]) => !entry.refused))
  }

  /**
   * Asks for subscriptions. One that goes on from a cursor may begin with a frame that does not name it. The server
   * answers in order, so the refusal of an id that there never was says that all before it have begun.
   */
  private ask(entries: [string, Entry][]): void {
    for (const [id, entry] of entries) {
      entry.pending = true
      this.write({ op: "subscribe", id, path: entry.path, ...(entry.cursor ? { from: entry.cursor } : {}) })
      if (entry.announced) this.write({ ...entry.announced, id })
    }
    if (entries.some(([, entry]) => entry.cursor)) this.write({ op: "unsubscribe", id: mark(this.last) })
  }

  private write(frame: Record<string, unknown>): void {
    this.socket.send(JSON.stringify(frame))
  }

  private heard(frame: Frame): void {
    const { op, id } = frame
    if (op === "changes") this.changed(frame)
    else if (id?.startsWith(mark(""))) this.allBegun(id)
    else if (id !== undefined) {
      const entry = this.entries.get(id)
      if (entry) this.told(id, entry, frame)
    }
  }

  /** Gives one subscription what is meant for it. */
  private told(id: string, entry: Entry, frame: Frame): void {
    if (frame.op === "error") {
      this.erred(entry, frame)
      return
    }
    entry.pending = false
    this.settled()
    switch (frame.op) {
      case "reset":
        entry.cursor = undefined
        this.ask([[id, entry]])
        break
      case "snapshot":
        entry.cursor = frame.cursor
        guarded(() => entry.handler.onSnapshot?.(frame as never))
        break
      default:
        guarded(() => entry.handler.onFrame?.(frame))
    }
  }

  /** What is refused before it began has ended. A log-in that has run out is renewed first, a server that fails asked again. */
  private erred(entry: Entry, frame: Frame): void {
    const status = frame.status as number
    if (entry.pending && status >= 500) this.socket.retry()
    else if (entry.pending && status === 401 && !this.renewed) {
      this.renewed = true
      this.http.renewed().then(
        (again) => (again ? this.socket.restart() : this.refused(entry, status, frame.body)),
        () => this.socket.retry(),
      )
    } else this.refused(entry, status, frame.body)
  }

  private refused(entry: Entry, status: number, body: unknown): void {
    if (entry.pending) entry.refused = true
    entry.pending = false
    guarded(() => entry.handler.onError?.(status, body))
  }

  private changed(frame: Frame): void {
    const counts = (frame.counts ?? {}) as Record<string, number>
    const events = byId(frame.events as (LiveEvent<never> & { id: string })[])
    this.settled()
    this.latest = frame.cursor
    for (const [id, entry] of this.entries) {
      const own = events.get(id) ?? []
      const named = own.length > 0 || id in counts
      if (named) entry.pending = false
      if (!entry.pending && entry.cursor !== undefined) entry.cursor = frame.cursor
      if (named) guarded(() => entry.handler.onChanges?.(own, counts[id]))
    }
  }

  /** Those that were asked for before a mark have begun, with what was told last or before it. */
  private allBegun(id: string): void {
    const last = Number(id.slice(mark("").length))
    for (const [key, entry] of this.entries) {
      if (!entry.pending || entry.cursor === undefined || Number(key) > last) continue
      entry.pending = false
      entry.cursor = this.latest ?? entry.cursor
    }
  }

  private settled(): void {
    this.renewed = false
    this.socket.settled()
  }
}

const mark = (last: number | string) => `until-${last}`

function byId<E extends { id: string }>(events: E[]): Map<string, E[]> {
  const out = new Map<string, E[]>()
  for (const event of events) {
    const own = out.get(event.id)
    if (own) own.push(event)
    else out.set(event.id, [event])
  }
  return out
}

/** What a handler throws is its own affair: the others are told all the same. */
function guarded(tell: () => void): void {
  try {
    tell()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
