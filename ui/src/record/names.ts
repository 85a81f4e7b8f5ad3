import { useQuery } from "@tanstack/react-query"
import { client, queries } from "../app/client.ts"
import { type Key, recordsPath } from "../app/collections.ts"

export interface Found {
  key: Key
  display: string | null
}

const nameKey = (collection: string, key: Key) => ["name", collection, String(key)]

/** Remembers what a record calls itself, as it was just chosen or made. */
export function rememberName(collection: string, { key, display }: Found): void {
  queries.setQueryData(nameKey(collection, key), display ?? `#${key}`)
}

/** What records call themselves; null for those not in sight, undefined while it is asked. */
export function useNames(
  collection: string | undefined,
  keys: readonly Key[],
): (key: Key) => string | null | undefined {
  const missing = keys.filter(
    (key) => !collection || queries.getQueryData(nameKey(collection, key)) === undefined,
  )
  const asked = useQuery({
    queryKey: ["names", collection, missing.map(String)],
    queryFn: async ({ signal }) => {
      const { results } = await client.get<{ results: Found[] }>(`${recordsPath(collection ?? "")}lookup/`, {
        query: { ids: JSON.stringify(missing), limit: 200 },
        signal,
      })
      for (const one of results) rememberName(collection ?? "", one)
      return new Map(results.map(({ key, display }) => [String(key), display]))
    },
    enabled: Boolean(collection) && missing.length > 0,
  })
  return (key) => {
    const known = collection && queries.getQueryData<string>(nameKey(collection, key))
    if (known) return known
    return asked.data || asked.error ? (asked.data?.get(String(key)) ?? null) : undefined
  }
}
