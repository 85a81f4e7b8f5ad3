import { ApiError } from "couplet-client"
import type { Collection } from "../app/collections.ts"
import { createStore } from "../app/store.ts"
import { type Count, type ListQuery, readCount } from "./read.ts"

/** How many records a list has: counted beside its rows, which never wait for it. */
export class Counting {
  readonly count = createStore<Count>({ count: null, exact: false })
  /** What they could not be counted for. */
  readonly failure = createStore<unknown>(undefined)
  private readonly collection: Collection
  private readonly onCount: () => void
  private asked: AbortController | undefined

  constructor(collection: Collection, onCount: () => void) {
    this.collection = collection
    this.onCount = onCount
  }

  forget(): void {
    this.count.set({ count: null, exact: false })
    this.failure.set(undefined)
  }

  stop(): void {
    this.asked?.abort()
  }

  /** Counts exactly, or about, where that takes too long. */
  async measure(query: ListQuery): Promise<void> {
    this.stop()
    const request = new AbortController()
    this.asked = request
    try {
      const answer = await readCount(this.collection, query, request.signal)
      if (request.signal.aborted) return
      this.count.set({ count: answer.count, exact: answer.exact !== false })
      this.failure.set(undefined)
      this.onCount()
    } catch (error) {
      if (request.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      this.failure.set(error)
    }
  }
}
