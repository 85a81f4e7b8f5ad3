import { useQueries, useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { useMe } from "../app/session.ts"

interface Found {
  results: { key: string | number; display: string | null }[]
}

const path = (collection: string) => `/api/_/records/${encodeURIComponent(collection)}/lookup/`

/** What users are called, as far as the reader may see them. */
export function useUserNames(keys: readonly (string | null)[]): (key: string) => string | undefined {
  const me = useMe()
  const names = useNames(new Map([["users", keys]]))
  return (key) => (key === me.id ? me.username : names("users", key))
}

/** What records call themselves, by collection. Of those that are gone or out of sight there is none. */
export function useNames(
  wanted: ReadonlyMap<string, readonly (string | null)[]>,
): (collection: string, key: string) => string | undefined {
  const me = useMe()
  const asked = [...wanted].flatMap(([collection, keys]) => {
    const seen = me.collections.some((one) => one.collection === collection && one.view !== "none")
    const ids = [...new Set(keys.filter((key) => key !== null))].sort().slice(0, 100)
    return seen && ids.length > 0 ? [{ collection, ids }] : []
  })
  const answers = useQueries({
    queries: asked.map(({ collection, ids }) => ({
      queryKey: ["names", collection, ids],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.get<Found>(path(collection), { query: { ids, limit: 100 }, signal }),
    })),
  })
  const names = new Map<string, string>()
  answers.forEach(({ data }, index) => {
    for (const { key, display } of data?.results ?? []) {
      if (display) names.set(`${asked[index]?.collection} ${key}`, display)
    }
  })
  return (collection, key) => names.get(`${collection} ${key}`)
}

/** Users to choose from, where the reader may see any. */
export function useUsers(): { id: string; label: string }[] {
  const me = useMe()
  const seen = me.collections.some((one) => one.collection === "users" && one.view !== "none")
  const { data } = useQuery({
    queryKey: ["names", "users", "all"],
    queryFn: ({ signal }) => client.get<Found>(path("users"), { query: { limit: 100 }, signal }),
    enabled: seen,
  })
  const others = (data?.results ?? []).filter(({ key }) => String(key) !== me.id)
  return [
    { id: me.id, label: me.username },
    ...others.map(({ key, display }) => ({ id: String(key), label: display ?? String(key) })),
  ]
}
