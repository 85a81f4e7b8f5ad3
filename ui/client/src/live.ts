import type { Http } from "./http.ts"
import { parseJSON } from "./json.ts"

/** One change of a set: a record that came into it or changed, or the key of one that has left it or the reader's sight. */
export type LiveEvent<R> =
  | { op: "created" | "updated"; record: R; pk?: never }
  | { op: "gone"; pk: string | number; record?: never }

/** What a list's or record's subscription is told. */
export interface LiveHandler<R> {
  /** The set as it is now; everything known of it before is to be forgotten. */
  onSnapshot?(snapshot: { results: R[]; count?: number }): void
  onChanges?(events: LiveEvent<R>[], count: number | undefined): void
  /** The server refused the subscription; it has ended. */
  onError?(status: number, body: unknown): void
}

/** What a subscription to a topic or to presence is told: the frames as they are. */
export interface FrameHandler {
  onFrame(frame: Frame): void
  onError?(status: number, body: unknown): void
}

export interface Frame {
  op: string
  id?: string
  cursor?: string
  [member: string]: unknown
}

export interface Subscription {
  /** Sends a frame about this subscription, such as where one is (presence). */
  send(frame: Record<string, unknown>): void
  /** Ends it. */
  close(): void
}

export type LiveState = "connecting" | "open" | "waiting" | "closed"

interface Entry {
  path: string
  cursor: string | undefined
  handler: LiveHandler<never> & Partial<FrameHandler>
  announced: Record<string, unknown> | undefined
}

const codeExpired = 4401

/**
 * The connection to /api/live/: one WebSocket for all subscriptions, opened with the first and closed after the last.
 * After a lost connection each one goes on from its cursor, so that nothing is missed and nothing told twice.
 */
export class Live {
  private readonly http: Http
  private socket: WebSocket | undefined
  private readonly entries = new Map<string, Entry>()
  private readonly watchers = new Set<(state: LiveState) => void>()
  private failures = 0
  private last = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  state: LiveState = "closed"

  constructor(http: Http) {
    this.http = http
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
    this.watchers.add(watcher)
    watcher(this.state)
    return () => this.watchers.delete(watcher)
  }

  /** Closes the connection and opens it anew, as after another log-in; subscriptions stay. */
  reconnect(): void {
    this.socket?.close()
    if (this.entries.size > 0) this.again(0)
  }

  private add(path: string, handler: Entry["handler"], from: string | undefined): Subscription {
    const id = String(++this.last)
    const entry: Entry = { path, handler, cursor: from, announced: undefined }
    this.entries.set(id, entry)
    if (this.socket?.readyState === WebSocket.OPEN) this.ask(id, entry)
    else if (!this.socket) void this.connect()
    return {
      send: (frame) => {
        entry.announced = frame
        this.write({ ...frame, id })
      },
      close: () => this.remove(id),
    }
  }

  /** Lets the connection go, as before a log-out; `reconnect` makes another. */
  release(): void {
    const socket = this.socket
    this.socket = undefined
    socket?.close()
  }

  private remove(id: string): void {
    if (!this.entries.delete(id)) return
    this.write({ op: "unsubscribe", id })
    if (this.entries.size > 0) return
    clearTimeout(this.retry)
    this.retry = undefined
    this.socket?.close()
    this.socket = undefined
    this.become("closed")
  }

  private async connect(): Promise<void> {
    clearTimeout(this.retry)
    this.retry = undefined
    if (this.socket || this.entries.size === 0) return
    this.become("connecting")
    const address = await this.address()
    if (this.socket || this.entries.size === 0) return
    const socket = new WebSocket(address)
    this.socket = socket
    socket.onopen = () => this.opened()
    socket.onmessage = ({ data }) => this.heard(parseJSON(data) as Frame)
    socket.onclose = ({ code }) => this.lost(socket, code)
  }

  /** With tokens a ticket goes into the address, since a browser's WebSocket sends no headers. */
  private async address(): Promise<string> {
    const base = this.http.base || location.origin
    const address = `${base.replace(/^http/, "ws")}/api/live/`
    if (this.http.auth === "cookies") return address
    const { ticket } = await this.http.request<{ ticket: string }>("POST", "/api/_/live/ticket/")
    return `${address}?ticket=${encodeURIComponent(ticket)}`
  }

  private opened(): void {
    this.become("open")
    for (const [id, entry] of this.entries) this.ask(id, entry)
  }

  private ask(id: string, entry: Entry): void {
    this.write({ op: "subscribe", id, path: entry.path, ...(entry.cursor ? { from: entry.cursor } : {}) })
    if (entry.announced) this.write({ ...entry.announced, id })
  }

  private write(frame: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }

  private heard(frame: Frame): void {
    this.failures = 0
    const { op, id } = frame
    if (op === "changes") this.changed(frame)
    else if (op === "cursor") this.moved(frame.cursor)
    else if (id !== undefined) {
      const entry = this.entries.get(id)
      if (entry) this.told(id, entry, frame)
    }
  }

  /** Gives one subscription what is meant for it. */
  private told(id: string, entry: Entry, frame: Frame): void {
    switch (frame.op) {
      case "reset":
        entry.cursor = undefined
        this.ask(id, entry)
        break
      case "error":
        entry.handler.onError?.(frame.status as number, frame.body)
        break
      case "snapshot":
        entry.cursor = frame.cursor
        entry.handler.onSnapshot?.(frame as never)
        break
      default:
        entry.handler.onFrame?.(frame)
    }
  }

  private changed(frame: Frame): void {
    const counts = (frame.counts ?? {}) as Record<string, number>
    const events = frame.events as (LiveEvent<never> & { id: string })[]
    this.moved(frame.cursor)
    for (const [id, entry] of this.entries) {
      const own = events.filter((event) => event.id === id)
      if (own.length > 0 || id in counts) entry.handler.onChanges?.(own, counts[id])
    }
  }

  /** The cursor of a frame counts for every subscription that has one. */
  private moved(cursor: string | undefined): void {
    for (const entry of this.entries.values()) if (entry.cursor !== undefined) entry.cursor = cursor
  }

  private lost(socket: WebSocket, code: number): void {
    if (this.socket !== socket) return
    this.socket = undefined
    if (this.entries.size === 0) return
    this.become("waiting")
    if (code === codeExpired && this.failures === 0) {
      this.failures++
      void this.renew()
      return
    }
    this.again(Math.min(30_000, 500 * 2 ** this.failures++) * (0.5 + Math.random()))
  }

  /** The log-in has ended: it is renewed, or else somebody is asked for another one, as after a refused request. */
  private async renew(): Promise<void> {
    const again = (await this.http.renewed()) || (await this.http.options.onUnauthorized?.())
    this.again(again ? 0 : 30_000)
  }

  private again(delay: number): void {
    clearTimeout(this.retry)
    this.retry = setTimeout(() => void this.connect().catch(() => this.again(5_000)), delay)
  }

  private become(state: LiveState): void {
    this.state = state
    for (const watcher of this.watchers) watcher(state)
  }
}
