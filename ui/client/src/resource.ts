import type { Answer, Http, RequestOptions } from "./http.ts"
import type { Query } from "./query.ts"

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

export type PageOf<T extends ResourceTypes> = T["pagination"] extends "none"
  ? T["read"][]
  : T["pagination"] extends "cursor"
    ? CursorPage<T["read"]>
    : T["pagination"] extends string
      ? CountedPage<T["read"]>
      : RecordPage<T["read"]>

/** One resource of the project, or a collection's full records. */
export class Resource<T extends ResourceTypes> {
  private readonly http: Http
  /** Its address, such as "/api/articles/". */
  readonly path: string

  constructor(http: Http, path: string) {
    this.http = http
    this.path = path
  }

  list(query?: T["query"], options?: RequestOptions): Promise<PageOf<T>> {
    return this.http.request("GET", this.path, { ...options, query })
  }

  get(key: T["key"], query?: Query, options?: RequestOptions): Promise<T["read"]> {
    return this.http.request("GET", this.at(key), { ...options, query })
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
  async *all(query?: T["query"]): AsyncGenerator<T["read"]> {
    let page = (await this.list(query)) as RecordPage<T["read"]> | T["read"][]
    for (;;) {
      if (Array.isArray(page)) {
        yield* page
        return
      }
      yield* page.results
      if (page.next === null) return
      page = await this.following(page.next, query)
    }
  }

  private following(next: string, query?: Query): Promise<RecordPage<T["read"]>> {
    const link = /^https?:/.test(next)
    return this.http.request("GET", this.path, {
      query: link ? Object.fromEntries(new URL(next).searchParams) : { ...query, after: next },
    })
  }

  private at(key: T["key"]): string {
    return `${this.path}${encodeURIComponent(key)}/`
  }
}
