import { createStore, type Store } from "../app/store.ts"
import { same, type Values } from "./values.ts"

/** What was typed into a record's form and is not saved. */
export interface DraftState {
  changes: Values
  /** What the changed fields had when they were first touched. */
  base: Values
  /** What the server said, by field. */
  errors: { [field: string]: string[] }
  /** What it said about all of it. */
  failure: unknown
  saving: boolean
}

const nothing: DraftState = { changes: {}, base: {}, errors: {}, failure: undefined, saving: false }

/**
 * The unsaved changes of one record. They outlive a reload in this browser's session, under the collection, the key
 * and the version that they were begun at; nothing else of the admin is kept there.
 */
export class Draft {
  readonly state: Store<DraftState> = createStore(nothing)
  /** What an earlier page left unsaved, until it is taken up or thrown away. */
  readonly offered = createStore<DraftState | undefined>(undefined)
  private readonly prefix: string
  private version = ""

  constructor(collection: string, key: string) {
    this.prefix = `couplet.draft ${collection} ${key} `
    const stored = this.keys().map((name) => read(name))[0]
    if (stored) this.offered.set({ ...nothing, ...stored })
  }

  get dirty(): boolean {
    return Object.keys(this.state.get().changes).length > 0
  }

  /** Puts a value into a field. The value that the record has is no change. */
  change(field: string, value: Values[string], stored: Values[string], version: string): void {
    const { changes, base, errors } = this.state.get()
    const next = { changes: { ...changes }, base: { ...base }, errors: { ...errors } }
    delete next.errors[field]
    if (!(field in changes)) next.base[field] = stored
    next.changes[field] = value
    if (same(value, stored)) {
      delete next.changes[field]
      delete next.base[field]
    }
    this.version ||= version
    this.put(next)
  }

  /** Somebody else has changed the field, too: mine counts, and theirs is what it is compared with now. */
  keepMine(field: string, theirs: Values[string]): void {
    this.put({ base: { ...this.state.get().base, [field]: theirs } })
  }

  discard(...fields: string[]): void {
    const { changes, base, errors } = this.state.get()
    const next = { changes: { ...changes }, base: { ...base }, errors: { ...errors } }
    for (const field of fields) {
      delete next.changes[field]
      delete next.base[field]
      delete next.errors[field]
    }
    this.put(next)
  }

  /** What was sent is stored; what was typed meanwhile stays unsaved. */
  stored(sent: Values, now: (field: string) => Values[string]): void {
    const { changes } = this.state.get()
    const later = Object.entries(changes).filter(([field, value]) => !same(value, sent[field]))
    this.clear()
    if (later.length === 0) return
    this.put({
      changes: Object.fromEntries(later),
      base: Object.fromEntries(later.map(([field]) => [field, now(field)])),
    })
  }

  takeUp(version: string): void {
    const offered = this.offered.get()
    this.forget()
    this.version = version
    if (offered) this.put(offered)
  }

  /** Throws away what an earlier page left. */
  forget(): void {
    for (const name of this.keys()) sessionStorage.removeItem(name)
    this.offered.set(undefined)
  }

  clear(): void {
    this.forget()
    this.version = ""
    this.state.set(nothing)
  }

  put(change: Partial<DraftState>): void {
    this.state.set({ ...this.state.get(), ...change })
    if (!change.changes && !change.base) return
    const { changes, base } = this.state.get()
    this.offered.set(undefined)
    for (const name of this.keys()) sessionStorage.removeItem(name)
    if (this.dirty) sessionStorage.setItem(this.prefix + this.version, JSON.stringify({ changes, base }))
  }

  private keys(): string[] {
    return Object.keys(sessionStorage).filter((name) => name.startsWith(this.prefix))
  }
}

function read(name: string): Pick<DraftState, "changes" | "base"> | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "")
  } catch {
    return undefined
  }
}
