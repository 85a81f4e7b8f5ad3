import { useQuery } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { queries } from "../app/client.ts"
import type { Collection, Row } from "../app/collections.ts"
import { useLive } from "../app/live.ts"
import { recordPath, recordQuery } from "./read.ts"

/** A record as it is now; what others change in it arrives by itself. */
export interface OpenRecord {
  row: Row | undefined
  error: unknown
  /** It was deleted, or went out of the reader's sight. */
  gone: boolean
  again: () => void
}

export function useOpenRecord(collection: Collection, key: string): OpenRecord {
  const query = recordQuery(collection, key)
  const { data, error, refetch } = useQuery({ ...query, staleTime: 0 })
  const moved = (version: string | undefined) => {
    if (version === undefined || version !== queries.getQueryData(query.queryKey)?._v) {
      void queries.invalidateQueries({ queryKey: query.queryKey })
      void queries.invalidateQueries({ queryKey: ["history", collection.name, key] })
    }
  }
  useLive<Row>(recordPath(collection.name, key), {
    onSnapshot: ({ results }) => {
      if (queries.getQueryData(query.queryKey)) moved(results[0]?._v)
    },
    onChanges: (events) => {
      for (const event of events) moved(event.op === "gone" ? undefined : event.record._v)
    },
  })
  const gone = error instanceof ApiError && error.status === 404
  return { row: data, error: data && !gone ? undefined : error, gone, again: () => void refetch() }
}
