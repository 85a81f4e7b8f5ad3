import type { Http } from "./http.ts"

export type LiveState = "connecting" | "open" | "waiting" | "closed"

interface Owner {
  opened(): void
  heard(text: string): void
}

const codeExpired = 4401

/** A WebSocket to /api/live/ that comes back after a loss: at once the first time, then ever more slowly, to half a minute. */
export class Socket {
  state: LiveState = "closed"
  private readonly http: Http
  private readonly owner: Owner
  private readonly watchers = new Set<(state: LiveState) => void>()
  private socket: WebSocket | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  /** Which attempt counts: those before it are given up. */
  private attempt = 0

  constructor(http: Http, owner: Owner) {
    this.http = http
    this.owner = owner
    if (typeof window !== "undefined") window.addEventListener?.("online", () => this.online())
  }

  watch(watcher: (state: LiveState) => void): () => void {
    this.watchers.add(watcher)
    watcher(this.state)
    return () => this.watchers.delete(watcher)
  }

  /** Connects, unless that is under way or waited for. */
  open(): void {
    if (this.state !== "closed") return
    if (!this.dialler) {
      throw new Error("There is no WebSocket here. Give one as the option WebSocket of createClient.")
    }
    if (!this.origin) throw new Error("Say where the server is, as the option base of createClient.")
    this.connect()
  }

  /** Closes for good, also what is only on its way. */
  close(): void {
    this.drop()
    this.failures = 0
    this.become("closed")
  }

  /** Connects anew at once. */
  restart(): void {
    this.drop()
    this.connect()
  }

  /** Connects anew, after a while. */
  retry(): void {
    this.drop()
    this.lost()
  }

  send(text: string): void {
    if (this.state === "open") this.socket?.send(text)
  }

  /** The server tells what was asked for: the next loss is the first one. */
  settled(): void {
    this.failures = 0
  }

  private drop(): void {
    this.attempt++
    clearTimeout(this.timer)
    const socket = this.socket
    this.socket = undefined
    socket?.close()
  }

  private connect(): void {
    clearTimeout(this.timer)
    const attempt = ++this.attempt
    this.become("connecting")
    this.address().then(
      (address) => attempt === this.attempt && this.dial(address, attempt),
      () => attempt === this.attempt && this.lost(),
    )
  }

  private dial(address: string, attempt: number): void {
    const socket = new this.dialler(address)
    this.socket = socket
    const current = () => attempt === this.attempt
    socket.onopen = () => {
      if (!current()) return
      this.become("open")
      this.owner.opened()
    }
    socket.onmessage = ({ data }) => current() && this.owner.heard(String(data))
    socket.onclose = ({ code }) => {
      if (!current()) return
      this.socket = undefined
      if (code === codeExpired || this.state === "connecting") this.lostUnknown()
      else this.lost()
    }
  }

  private get dialler() {
    return this.http.options.WebSocket ?? globalThis.WebSocket
  }

  private get origin(): string {
    return this.http.base || globalThis.location?.origin || ""
  }

  /** With tokens a ticket goes into the address, since a browser's WebSocket sends no headers. */
  private async address(): Promise<string> {
    const address = `${this.origin.replace(/^http/, "ws").replace(/\/$/, "")}/api/live/`
    if (this.http.auth === "cookies" || !this.http.identified) return address
    const { ticket } = await this.http.request<{ ticket: string }>("POST", "/api/_/live/ticket/", {
      unauthorized: "renew",
    })
    return `${address}?ticket=${encodeURIComponent(ticket)}`
  }

  /** The log-in may have run out: a WebSocket does not say why it was refused. It is renewed before the next attempt. */
  private lostUnknown(): void {
    this.become("waiting")
    const attempt = this.attempt
    const on = () => attempt === this.attempt && this.lost()
    this.http.renewed().then(on, on)
  }

  private lost(): void {
    this.become("waiting")
    const delay = this.failures === 0 ? 100 : Math.min(30_000, 500 * 2 ** this.failures)
    this.failures++
    this.timer = setTimeout(() => this.connect(), delay * (0.5 + Math.random()))
  }

  private online(): void {
    if (this.state === "waiting") this.restart()
  }

  private become(state: LiveState): void {
    if (state === this.state) return
    this.state = state
    for (const watcher of this.watchers) watcher(state)
  }
}
