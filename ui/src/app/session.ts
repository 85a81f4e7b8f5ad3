import { queryOptions, useSuspenseQuery } from "@tanstack/react-query"
import { client, queries } from "./client.ts"
import type { Preferences } from "./preferences.ts"
import { createStore } from "./store.ts"

/** How far a right reaches: all records, some by a rule, or none. */
export type Extent = "all" | "some" | "none"

export type Action = "view" | "add" | "change" | "delete"

/** What the reader may do with a collection. */
export interface CollectionRights extends Record<Action, Extent> {
  collection: string
  label: string
  label_plural: string
  /** The field that names a record, "" for the key. */
  display: string
  /** Couplet's own, such as users. */
  system: boolean
}

export type Screen =
  | "data"
  | "schema"
  | "access"
  | "people"
  | "activity"
  | "jobs"
  | "webhooks"
  | "logs"
  | "metrics"
  | "live"
  | "backups"
  | "settings"
  | "api"

/** Who is logged in and what they may do: the one request before anything is shown. */
export interface Me {
  id: string
  username: string
  email: string
  first_name: string
  last_name: string
  is_staff: boolean
  is_superuser: boolean
  roles: string[]
  admin: boolean
  screens: Screen[]
  preferences: Preferences
  collections: CollectionRights[]
  schema: string
  site: string
  version: string
  revision: string
  mail: boolean
  public_url: string
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => client.get<Me>("/api/_/me/", { signal, unauthorized: "renew" }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Who is logged in. Below the shell there always is somebody. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

/** The project's own collections that somebody may look into, or only add to: their entries lead to a new record. */
export function enterable(me: Me): CollectionRights[] {
  return me.collections.filter((one) => !one.system && (one.view !== "none" || one.add !== "none"))
}

/** Asks anew who one is and what one may do, as after a change of roles or of the schema. */
export function refreshMe(): Promise<void> {
  return queries.invalidateQueries({ queryKey: meQuery.queryKey })
}

/** Whether the reader is on the way out: that a log-in ends is no news then. */
export const leaving = createStore(false)

export async function logIn(username: string, password: string): Promise<void> {
  await logInAgain(username, password)
  queries.removeQueries()
}

/** Logs in where somebody is already known: what was read is kept, and what waits to be read goes on. */
export async function logInAgain(username: string, password: string): Promise<void> {
  await client.login(username, password)
  leaving.set(false)
}

export async function logOut(): Promise<void> {
  leaving.set(true)
  await client.logout()
  queries.clear()
}
