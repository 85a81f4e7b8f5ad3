import { queryOptions } from "@tanstack/react-query"
import { client } from "../app/client.ts"

/** What pages without a log-in may know of the server. */
export interface Setup {
  /** Whether the first account is still to be made. */
  needed: boolean
  site: string
  mail: boolean
  version: string
  /** The reader may load the sample: a superuser, and nothing there yet. */
  sample?: boolean
}

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => client.get<Setup>("/api/_/setup/", { signal, unauthorized: "throw" }),
})
