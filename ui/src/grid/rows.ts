import { ApiError } from "couplet-client"
import { client } from "../app/client.ts"
import { type Collection, type Key, keyOf, type Row, recordsPath } from "../app/collections.ts"
import { createStore } from "../app/store.ts"
import { reversed } from "./order.ts"

/** What a list is made by. */
export interface ListQuery {
  filter: string
  order: string
  q: string
  /** The fields that rows must have, comma separated. */
  fields: string
}

/** How many records there are: null while nobody knows. */
export interface Count {
  count: number | null
  exact: boolean
}

/** What happened to a row since it was read: it is gone, it does not meet the filter any more, others changed it. */
export type Mark = "gone" | "left" | "changed" | "new"

interface Page {
  results: Row[]
  prev: string | null
  next: string | null
  offset: number | null
  at?: number | null
}

interface Block {
  rows: Row[]
  prev: string | null
  next: string | null
  used: number
}

export const blockSize = 100
const mostBlocks = 60

/**
 * The rows of a list by their places, in blocks that are read as they come into sight: after or before the block beside
 * them, or by their offset after a jump. A bounded number of blocks is kept. The count never keeps rows waiting.
 */
export class RowStore {
  readonly collection: Collection
  /** Moves whenever a row, a mark or the length is another. */
  readonly version = createStore(0)
  readonly count = createStore<Count>({ count: null, exact: false })
  /** What the first rows could not be read for. */
  readonly failure = createStore<unknown>(undefined)
  /** Keys of records that came into the list since it was read. */
  readonly arrived = createStore<ReadonlySet<string>>(new Set())
  /** Whether more has changed than can be shown in place. */
  readonly outdated = createStore(false)
  readonly marks = new Map<string, Mark>()
  query: ListQuery = { filter: "", order: "", q: "", fields: "" }
  private blocks = new Map<number, Block>()
  private places = new Map<string, number>()
  private asked = new Map<number, AbortController>()
  private counting: AbortController | undefined
  private jump: ReturnType<typeof setTimeout> | undefined
  private end: number | null = null
  private seen = 0
  private clock = 0
  private frame = 0

  constructor(collection: Collection) {
    this.collection = collection
  }

  /** How many rows the list has, or at least has. */
  get length(): number {
    const { count, exact } = this.count.get()
    if (this.end !== null) return this.end
    return count === null ? this.seen : exact ? count : Math.max(count, this.seen)
  }

  /** Whether the length is the true one. */
  get measured(): boolean {
    return this.end !== null || this.count.get().exact
  }

  get empty(): boolean {
    return this.end === 0
  }

  /** Whether no row could be read: how many there are may be known all the same. */
  get failed(): boolean {
    return this.failure.get() !== undefined && this.blocks.size === 0
  }

  get(index: number): Row | undefined {
    const block = this.blocks.get(Math.floor(index / blockSize))
    return block?.rows[index % blockSize]
  }

  keyAt(index: number): Key | undefined {
    const row = this.get(index)
    return row && keyOf(this.collection, row)
  }

  /** Where a record is, if it is among the rows that are kept. */
  placeOf(key: Key): number | undefined {
    return this.places.get(String(key))
  }

  rowOf(key: Key): Row | undefined {
    const place = this.placeOf(key)
    return place === undefined ? undefined : this.get(place)
  }

  /** Takes up another list. */
  follow(query: ListQuery): void {
    this.query = query
    this.refresh()
  }

  /** Reads the list anew. */
  refresh(): void {
    this.stop()
    this.blocks.clear()
    this.places.clear()
    this.marks.clear()
    this.end = null
    this.seen = 0
    this.failure.set(undefined)
    this.arrived.set(new Set())
    this.outdated.set(false)
    this.count.set({ count: null, exact: false })
    void this.load(0)
    void this.measure()
    this.moved()
  }

  /** Ends all requests. */
  stop(): void {
    clearTimeout(this.jump)
    this.counting?.abort()
    for (const request of this.asked.values()) request.abort()
    this.asked.clear()
  }

  /** Says which rows are in sight: reads what is missing, and what will come next in the direction of travel. */
  need(first: number, last: number, direction: number): void {
    const ahead = 2 * blockSize
    const from = Math.max(0, Math.floor((first - (direction < 0 ? ahead : 40)) / blockSize))
    const to = Math.floor(Math.min(this.length - 1, last + (direction >= 0 ? ahead : 40)) / blockSize)
    for (const [number, request] of this.asked) {
      if (number >= from - 1 && number <= to + 1) continue
      request.abort()
      this.asked.delete(number)
    }
    const missing: number[] = []
    for (let number = from; number <= to; number++) {
      const block = this.blocks.get(number)
      if (block) block.used = ++this.clock
      else if (!this.asked.has(number)) missing.push(number)
    }
    clearTimeout(this.jump)
    if (missing.length === 0) return
    const middle = Math.floor((first + last) / 2 / blockSize)
    missing.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    const beside = missing.filter((number) => this.blocks.has(number - 1) || this.blocks.has(number + 1))
    const now = beside.length > 0 ? beside : []
    for (const number of now) void this.load(number)
    const later = missing.filter((number) => !now.includes(number))
    if (later.length > 0 && now.length === 0 && this.asked.size === 0) {
      const [next] = later
      if (next !== undefined) this.jump = setTimeout(() => void this.load(next), 40)
    }
  }

  /** Reads rows by their places, so that all of them are there; false where they are too many. */
  async ensure(first: number, last: number): Promise<boolean> {
    if (last - first >= 2000) return false
    for (let number = Math.floor(first / blockSize); number <= Math.floor(last / blockSize); number++) {
      if (!this.blocks.has(number)) await this.load(number)
    }
    return true
  }

  /** The place of a record in the list; undefined where it is not in it. */
  async locate(key: Key): Promise<number | undefined> {
    const known = this.placeOf(key)
    if (known !== undefined) return known
    const page = await this.page({ at: key, limit: 1 })
    return page.at ?? undefined
  }

  /** The place of the last row. Where the count is not known, the list is read from its other end. */
  async last(): Promise<number> {
    if (this.measured) return this.length - 1
    const order = reversed(this.query.order || this.collection.ordering.join(","), this.collection.key)
    const page = await this.page({ order, limit: 1 })
    const row = page.results[0]
    const place = row && (await this.locate(keyOf(this.collection, row)))
    if (place === undefined) return this.length - 1
    this.end = place + 1
    this.moved()
    return place
  }

  /** Takes in records as they are now; others keep their places. */
  put(records: readonly Row[]): void {
    for (const record of records) {
      const place = this.placeOf(keyOf(this.collection, record))
      if (place === undefined) continue
      const block = this.blocks.get(Math.floor(place / blockSize))
      const before = block?.rows[place % blockSize]
      if (block && before) block.rows[place % blockSize] = { ...before, ...record }
    }
    this.moved()
  }

  mark(key: Key, mark: Mark | undefined): void {
    if (mark) this.marks.set(String(key), mark)
    else this.marks.delete(String(key))
    this.moved()
  }

  /** All keys whose rows are kept. */
  keptKeys(): string[] {
    return [...this.places.keys()]
  }

  moved(): void {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.version.set(this.version.get() + 1)
    })
  }

  private async load(number: number): Promise<void> {
    const already = this.asked.get(number)
    if (already) return
    const request = new AbortController()
    this.asked.set(number, request)
    try {
      this.take(number, await this.page(this.way(number), request.signal))
      this.failure.set(undefined)
    } catch (error) {
      if (request.signal.aborted) return
      if (error instanceof ApiError) this.failure.set(error)
      else throw error
    } finally {
      if (this.asked.get(number) === request) this.asked.delete(number)
      this.moved()
    }
  }

  /** How a block is read: by what is beside it, else by its offset. */
  private way(number: number): Record<string, unknown> {
    const before = this.blocks.get(number - 1)
    if (before?.next && before.rows.length === blockSize) return { after: before.next }
    const behind = this.blocks.get(number + 1)
    if (behind?.prev && number > 0) return { before: behind.prev }
    return number === 0 ? {} : { offset: number * blockSize }
  }

  private page(way: Record<string, unknown>, signal?: AbortSignal): Promise<Page> {
    const { filter, order, q, fields } = this.query
    return client.get<Page>(recordsPath(this.collection.name), {
      query: {
        limit: blockSize,
        filter: filter || undefined,
        order: order || undefined,
        q: q || undefined,
        fields: fields || undefined,
        ...way,
      },
      signal,
    })
  }

  private take(number: number, page: Page): void {
    const { results, prev, next } = page
    this.blocks.set(number, { rows: results, prev, next, used: ++this.clock })
    const first = number * blockSize
    results.forEach((row, index) => {
      this.places.set(String(keyOf(this.collection, row)), first + index)
    })
    if (next === null && (results.length > 0 || number === 0)) this.end = first + results.length
    else if (this.end !== null && this.end < first + results.length) this.end = null
    this.seen = Math.max(this.seen, first + results.length + (next === null ? 0 : blockSize))
    this.bound()
  }

  private bound(): void {
    if (this.blocks.size <= mostBlocks) return
    const [number, block] = [...this.blocks].reduce((a, b) => (a[1].used <= b[1].used ? a : b))
    this.blocks.delete(number)
    for (const row of block.rows) this.places.delete(String(keyOf(this.collection, row)))
  }

  /** Counts beside the rows: exactly, or about, where that takes too long. */
  async measure(): Promise<void> {
    this.counting?.abort()
    const request = new AbortController()
    this.counting = request
    const { filter, q } = this.query
    try {
      const answer = await client.get<Count>(`${recordsPath(this.collection.name)}count/`, {
        query: { filter: filter || undefined, q: q || undefined, deadline_ms: 10_000 },
        signal: request.signal,
      })
      if (request.signal.aborted) return
      this.count.set({ count: answer.count, exact: answer.exact !== false })
      this.moved()
    } catch (error) {
      if (!request.signal.aborted && !(error instanceof ApiError)) throw error
    }
  }
}
