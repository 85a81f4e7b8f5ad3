import type { Answer, Http, RequestOptions } from "./http.ts"
import type { Live, LiveHandler, Subscription } from "./live.ts"
import { type Query, queryString } from "./query.ts"

/** The types of one resource, as `couplet gen ts` writes them. */
export interface ResourceTypes {
  key: string | number
  read: unknown
  create: unknown
  patch: unknown
  query: Query
  pagination?: string
}

/** A page with a total, by number or by offset. */
export interface CountedPage<R> {
  count: number
  next: string | null
  previous: string | null
  results: R[]
}

/** A page of a list that is gone through by cursor. */
export interface CursorPage<R> {
  next: string | null
  previous: string | null
  results: R[]
}

/** A page of a full resource; `next` is the value of `after` for the following one. */
export interface RecordPage<R> {
  results: R[]
  next: string | null
}

/** What a list answers: by the resource's pagination, anything where that is not known. */
export type PageOf<T extends ResourceTypes> = T["pagination"] extends "unknown"
  ? // biome-ignore lint/suspicious/noExplicitAny: without a project's types a list may be of any form
    any
  : KnownPage<T>

type KnownPage<T extends ResourceTypes> = T["pagination"] extends "none"
  ? T["read"][]
  : T["pagination"] extends "cursor"
    ? CursorPage<T["read"]>
    : T["pagination"] extends string
      ? CountedPage<T["read"]>
      : RecordPage<T["read"]>

/** One resource of the project, or a collection's full records. */
export class Resource<T extends ResourceTypes> {
  private readonly http: Http
  private readonly live: Live
  /** Its address, such as "/api/articles/". */
  readonly path: string

  constructor(http: Http, live: Live, path: string) {
    this.http = http
    this.live = live
    this.path = path
  }

  list(query?: T["query"], options?: RequestOptions): Promise<PageOf<T>> {
    return this.http.request("GET", this.path, { ...options, query })
  }

  get(key: T["key"], query?: Query, options?: RequestOptions): Promise<T["read"]> {
    return this.http.request("GET", this.at(key), { ...options, query })
  }

  /** A record with its headers: `headers.get("ETag")` is what `ifMatch` takes. */
  answer(key: T["key"], query?: Query, options?: RequestOptions): Promise<Answer<T["read"]>> {
    return this.http.answer("GET", this.at(key), { ...options, query })
  }

  create(body: T["create"], options?: RequestOptions): Promise<Answer<T["read"]>> {
    return this.http.answer("POST", this.path, { ...options, body })
  }

  /** Changes the fields of `body` only. `ifMatch` is the `_v` or ETag that the record must still have. */
  patch(key: T["key"], body: T["patch"], options?: RequestOptions): Promise<Answer<T["read"]>> {
    return this.http.answer("PATCH", this.at(key), { ...options, body })
  }

  replace(key: T["key"], body: T["create"], options?: RequestOptions): Promise<Answer<T["read"]>> {
    return this.http.answer("PUT", this.at(key), { ...options, body })
  }

  delete(key: T["key"], options?: RequestOptions): Promise<Answer<undefined>> {
    return this.http.answer("DELETE", this.at(key), options)
  }

  /** All records, page after page. */
  async *all(query?: T["query"], options?: RequestOptions): AsyncGenerator<T["read"]> {
    let page = (await this.list(query, options)) as RecordPage<T["read"]> | T["read"][]
    for (;;) {
      if (Array.isArray(page)) {
        yield* page
        return
      }
      yield* page.results
      if (page.next === null) return
      page = await this.following(page.next, query, options)
    }
  }

  /** Follows the records of a list as they change. */
  subscribe(query: T["query"] | undefined, handler: LiveHandler<T["read"]>, from?: string): Subscription {
    return this.live.subscribe(this.path + queryString(query), handler, from)
  }

  /** Follows one record. */
  subscribeTo(key: T["key"], handler: LiveHandler<T["read"]>, from?: string): Subscription {
    return this.live.subscribe(this.at(key), handler, from)
  }

  /** The next page: of a resource by its link, of a full resource by its `after`. */
  private following(next: string, query?: Query, options?: RequestOptions): Promise<RecordPage<T["read"]>> {
    if (/^https?:/.test(next)) return this.http.request("GET", this.path + new URL(next).search, options)
    return this.http.request("GET", this.path, { ...options, query: { ...query, after: next } })
  }

  private at(key: T["key"]): string {
    return `${this.path}${encodeURIComponent(key)}/`
  }
}
