import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { client, queries } from "../app/client.ts"
import type { Value } from "../app/collections.ts"

export interface Invitation {
  by: string
  by_name: string
  sent: string
  expires: string
  expired: boolean
  mailed: boolean
}

export interface Person {
  id: string
  username: string
  email: string
  first_name: string
  last_name: string
  is_active: boolean
  is_staff: boolean
  is_superuser: boolean
  roles: string[]
  permissions: string[]
  last_login: string | null
  date_joined: string
  state: "active" | "inactive" | "invited"
  invitation: Invitation | null
  logins: number
  keys: number
  _v: string
}

export interface PeopleWish {
  q?: string | undefined
  role?: string | undefined
  state?: string | undefined
  order?: string | undefined
  offset?: string | undefined
  limit?: number
}

export const pageSize = 50

export const peopleQuery = (query: PeopleWish) =>
  queryOptions({
    queryKey: ["people", "list", query],
    queryFn: ({ signal }) =>
      client.get<{ count: number; results: Person[] }>("/api/_/people/", {
        query: { limit: pageSize, ...query },
        signal,
      }),
  })

/** Usernames by key, for lists that have keys only. */
export const namesQuery = queryOptions({
  queryKey: ["people", "names"],
  queryFn: async ({ signal }) => {
    const { results } = await client.get<{ results: Person[] }>("/api/_/people/", {
      query: { limit: 500 },
      signal,
    })
    return new Map(results.map(({ id, username }) => [id, username]))
  },
})

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => client.get<Person>(`/api/_/people/${encodeURIComponent(id)}/`, { signal }),
  })

export interface LogIn {
  id: string
  kind: "token" | "session"
  user: string
  username?: string
  created: string
  last_used: string
  expires: string
  user_agent: string
  ip: string
  current: boolean
}

/** Whose: a user's key, "*" for everybody's, "" for the reader's own. */
export const logInsQuery = (user: string) =>
  queryOptions({
    queryKey: ["people", "log-ins", user],
    queryFn: ({ signal }) =>
      client.get<LogIn[]>("/api/auth/sessions/", { query: { user: user || undefined }, signal }),
    staleTime: 5_000,
  })

export interface ApiKey {
  id: string
  prefix: string
  user: string
  username?: string
  name: string
  scopes: string[]
  created: string
  expires: string | null
  last_used: string | null
}

export const keysQuery = (user: string) =>
  queryOptions({
    queryKey: ["people", "keys", user],
    queryFn: ({ signal }) =>
      client.get<ApiKey[]>("/api/auth/keys/", { query: { user: user || undefined }, signal }),
    staleTime: 5_000,
  })

export interface Change {
  cursor: string
  changeset: string
  time: string
  actor: string | null
  via: string
  collection: string
  key: string
  op: string
  fields: { [name: string]: Value }
}

export const changesQuery = (query: { actor?: string; collection?: string }) =>
  infiniteQueryOptions({
    queryKey: ["people", "log", query],
    queryFn: ({ signal, pageParam }) =>
      client.get<{ results: Change[]; next: string | null }>("/api/_/changes/", {
        query: { ...query, limit: 50, cursor: pageParam || undefined },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  })

/** What was sent: a mail, or a link to hand over. */
export interface Sent {
  link: string | null
  mailed: boolean
  mail_error: string
}

/** Everything about people is asked for anew, after a change. */
export function refreshPeople(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ["people"] })
}

export function fullName({ first_name, last_name }: { first_name: string; last_name: string }): string {
  return `${first_name} ${last_name}`.trim()
}
