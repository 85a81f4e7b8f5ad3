import { ApiError } from "couplet-client"
import { type Collection, type Key, keyOf, type Row } from "../app/collections.ts"
import { createStore } from "../app/store.ts"
import { Counting } from "./count.ts"
import { reversed } from "./order.ts"
import { type ListQuery, type RowPage, readPage } from "./read.ts"

/** What happened to a row since it was read: it is gone, it does not meet the filter any more, others changed it. */
export type Mark = "gone" | "left" | "changed" | "new"

interface Block {
  rows: Row[]
  prev: string | null
  next: string | null
  used: number
}

/** A block that is being read. What a command waits for is read to its end, in sight or not. */
interface Asked {
  request: AbortController
  done: Promise<void>
  kept: boolean
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
  readonly counting: Counting
  /** Blocks that could not be read, and why. They are not asked for again by themselves. */
  readonly failures = createStore<ReadonlyMap<number, ApiError>>(new Map())
  /** Keys of records that came into the list since it was read. */
  readonly arrived = createStore<ReadonlySet<string>>(new Set())
  /** Whether more has changed than can be shown in place. */
  readonly outdated = createStore(false)
  readonly marks = new Map<string, Mark>()
  query: ListQuery = { filter: "", order: "", q: "", fields: "" }
  private blocks = new Map<number, Block>()
  private places = new Map<string, number>()
  private asked = new Map<number, Asked>()
  private jump: ReturnType<typeof setTimeout> | undefined
  private end: number | null = null
  private seen = 0
  private sight: [first: number, last: number, direction: number] = [0, 0, 1]
  private stale = false
  private clock = 0
  private frame = 0

  constructor(collection: Collection) {
    this.collection = collection
    this.counting = new Counting(collection, () => this.moved())
  }

  get count() {
    return this.counting.count
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
    return this.failures.get().size > 0 && this.blocks.size === 0
  }

  get(index: number): Row | undefined {
    const block = this.blocks.get(Math.floor(index / blockSize))
    return block?.rows[index % blockSize]
  }

  /** Whether a row could not be read. */
  isMissing(index: number): boolean {
    return this.failures.get().has(Math.floor(index / blockSize))
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
    this.clear()
    this.sight = [0, 0, 1]
    this.counting.forget()
    this.refresh()
  }

  /** Reads the list anew. What is shown of it stays until then. */
  refresh(): void {
    this.stop()
    this.end = null
    this.stale = true
    this.failures.set(new Map())
    this.arrived.set(new Set())
    this.outdated.set(false)
    void this.load(0)
    void this.measure()
    this.moved()
  }

  private clear(): void {
    this.blocks.clear()
    this.places.clear()
    this.marks.clear()
    this.seen = 0
    this.stale = false
  }

  /** Ends all requests. */
  stop(): void {
    clearTimeout(this.jump)
    this.counting.stop()
    for (const { request } of this.asked.values()) request.abort()
    this.asked.clear()
  }

  /** Says which rows are in sight: reads what is missing, and what will come next in the direction of travel. */
  need(first: number, last: number, direction: number): void {
    this.sight = [first, last, direction]
    const ahead = 2 * blockSize
    const from = Math.max(0, Math.floor((first - (direction < 0 ? ahead : 40)) / blockSize))
    const to = Math.floor(Math.min(this.length - 1, last + (direction >= 0 ? ahead : 40)) / blockSize)
    for (const [number, { request, kept }] of this.asked) {
      if (kept || (number >= from - 1 && number <= to + 1)) continue
      request.abort()
      this.asked.delete(number)
    }
    const missing: number[] = []
    for (let number = from; number <= to; number++) {
      const block = this.blocks.get(number)
      if (block) block.used = ++this.clock
      else if (!this.asked.has(number) && !this.failures.get().has(number)) missing.push(number)
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

  /** Reads rows by their places, so that all of them are there; false where they are too many. Throws what one is missing for. */
  async ensure(first: number, last: number): Promise<boolean> {
    if (last - first >= 2000) return false
    for (let number = Math.floor(first / blockSize); number <= Math.floor(last / blockSize); number++) {
      if (this.blocks.has(number)) continue
      await this.load(number, true)
      const error = this.failures.get().get(number)
      if (error) throw error
    }
    return true
  }

  /** Asks again for what could not be read. */
  async retry(): Promise<void> {
    const [first, last] = this.sight
    const near = (number: number) =>
      this.stale ||
      (number >= Math.floor(first / blockSize) - 1 && number <= Math.floor(last / blockSize) + 1)
    const failed = [...this.failures.get().keys()].sort((a, b) => a - b)
    this.failures.set(new Map([...this.failures.get()].filter(([number]) => near(number))))
    for (const number of failed) if (near(number)) await this.load(number)
  }

  /** The place of a record in the list; undefined where it is not in it. */
  async locate(key: Key): Promise<number | undefined> {
    const known = this.placeOf(key)
    if (known !== undefined) return known
    const page = await readPage(this.collection, this.query, { at: key, limit: 1 })
    return page.at ?? undefined
  }

  /** The place of the last row. Where the count is not known, the list is read from its other end. */
  async last(): Promise<number> {
    if (this.measured) return this.length - 1
    const order = reversed(this.query.order || this.collection.ordering.join(","), this.collection.key)
    const page = await readPage(this.collection, this.query, { order, limit: 1 })
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

  /**
   * Looks at what is kept once more. Which rows others have changed since they were read; undefined where other rows are
   * there now.
   */
  async changedSince(): Promise<string[] | undefined> {
    const { collection, query } = this
    await Promise.all([...this.asked.values()].map(({ done }) => done))
    const changed: string[] = []
    for (const [number, { rows }] of this.blocks) {
      const way = { limit: blockSize, ...(number > 0 && { offset: number * blockSize }) }
      const { results } = await readPage(collection, { ...query, fields: collection.key }, way)
      if (this.query !== query) return []
      if (results.length !== rows.length) return undefined
      for (const [index, row] of results.entries()) {
        const before = rows[index]
        if (!before || keyOf(collection, before) !== keyOf(collection, row)) return undefined
        if (before._v !== row._v) changed.push(String(keyOf(collection, row)))
      }
    }
    return changed
  }

  moved(): void {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.version.set(this.version.get() + 1)
    })
  }

  private load(number: number, kept = false): Promise<void> {
    const already = this.asked.get(number)
    if (already) {
      already.kept ||= kept
      return already.done
    }
    const request = new AbortController()
    const done = this.read(number, request)
    this.asked.set(number, { request, done, kept })
    return done
  }

  private async read(number: number, request: AbortController): Promise<void> {
    const way = { limit: blockSize, ...this.way(number) }
    let refusal: ApiError | undefined
    try {
      const page = await readPage(this.collection, this.query, way, request.signal)
      if (request.signal.aborted) return
      this.take(number, page)
    } catch (error) {
      if (request.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      refusal = error
    } finally {
      if (this.asked.get(number)?.request === request) this.asked.delete(number)
      this.moved()
    }
    this.fail(number, refusal)
    this.need(...this.sight)
  }

  private fail(number: number, error: ApiError | undefined): void {
    const before = this.failures.get()
    if (!error && !before.has(number)) return
    const failures = new Map(before)
    if (error) failures.set(number, error)
    else failures.delete(number)
    this.failures.set(failures)
  }

  /** How a block is read: by what is beside it, else by its offset. */
  private way(number: number): Record<string, unknown> {
    const before = this.blocks.get(number - 1)
    if (before?.next && before.rows.length === blockSize) return { after: before.next }
    const behind = this.blocks.get(number + 1)
    if (behind?.prev && number > 0) return { before: behind.prev }
    return number === 0 ? {} : { offset: number * blockSize }
  }

  private take(number: number, page: RowPage): void {
    const { results, prev, next } = page
    if (this.stale) this.clear()
    this.blocks.set(number, { rows: results, prev, next, used: ++this.clock })
    const first = number * blockSize
    const arrived = new Set(this.arrived.get())
    results.forEach((row, index) => {
      const key = String(keyOf(this.collection, row))
      this.places.set(key, first + index)
      arrived.delete(key)
    })
    if (arrived.size < this.arrived.get().size) this.arrived.set(arrived)
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

  /** Counts beside the rows. */
  measure(): Promise<void> {
    return this.counting.measure(this.query)
  }
}
