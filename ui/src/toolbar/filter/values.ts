import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { client } from "../../app/client.ts"
import { type Collection, type Key, recordsPath, type Value } from "../../app/collections.ts"
import type { PathEnd } from "./paths.ts"

/** A value that can be chosen, and how many records have it, where that is known. */
export interface Choice {
  value: string
  label: string
  count?: number
}

interface Facets {
  facets: {
    [field: string]: { values: { value: Value; display: string | null; count: number }[]; more: boolean }
  }
}

interface Found {
  results: { key: Key; display: string | null }[]
}

const labelOf = (key: Key, display: string | null) => display ?? `#${key}`

/** The records of a collection by their names; with words, those that match. */
function useLookup(target: Collection | undefined, query: { q?: string; ids?: string }, enabled: boolean) {
  return useQuery({
    queryKey: ["lookup", target?.name, query],
    queryFn: async ({ signal }) => {
      const path = `${recordsPath(target?.name ?? "")}lookup/`
      const { results } = await client.get<Found>(path, { query: { ...query, limit: 50 }, signal })
      return results.map(({ key, display }): Choice => ({ value: String(key), label: labelOf(key, display) }))
    },
    enabled: enabled && target !== undefined,
    placeholderData: keepPreviousData,
  })
}

/** The values that a list has, with their counts, the most frequent first. */
function useFacets(owner: Collection, field: string | undefined, filter: string) {
  return useQuery({
    queryKey: ["facets", owner.name, field, filter],
    queryFn: async ({ signal }) => {
      const query = { field, limit: 100, ...(filter ? { filter } : {}) }
      const { facets } = await client.get<Facets>(`${recordsPath(owner.name)}facets/`, { query, signal })
      return (facets[field ?? ""]?.values ?? [])
        .filter(({ value }) => value !== null)
        .map(
          ({ value, display, count }): Choice => ({
            value: String(value),
            label: labelOf(value as Key, display),
            count,
          }),
        )
    },
    enabled: field !== undefined,
    retry: false,
  })
}

/** What can be chosen for a condition: the field's choices, or the records that a relation leads to. */
export function useChoices(end: PathEnd, q: string, open: boolean): { choices: Choice[]; error: unknown } {
  const facets = useFacets(end.owner, open ? end.field?.name : undefined, "")
  const relation = end.kind === "record" || end.kind === "records"
  const lookup = useLookup(end.target, q ? { q } : {}, open && relation)
  const counts = new Map(facets.data?.map((one) => [one.value, one]))
  if (!relation) {
    const words = q.toLowerCase()
    const choices = (end.field?.choices ?? []).map(([value, label]): Choice => {
      const count = counts.get(String(value))?.count ?? (facets.data ? 0 : undefined)
      return { value: String(value), label, ...(count === undefined ? {} : { count }) }
    })
    return { choices: choices.filter(({ label }) => label.toLowerCase().includes(words)), error: undefined }
  }
  const found = (lookup.data ?? []).map((one) => counts.get(one.value) ?? one)
  const others = found.filter((one) => one.count === undefined)
  const counted = q ? found.filter((one) => one.count !== undefined) : [...counts.values()]
  return { choices: [...counted, ...others], error: lookup.error }
}

/** What the values of a condition are called. */
export function useValueTexts(end: PathEnd | undefined, values: readonly string[]): string[] {
  const relation = end?.kind === "record" || (end?.kind === "records" && end.names.length - 1 === end.many)
  const named = Boolean(relation) && values.length > 0
  const { data } = useLookup(end?.target, { ids: JSON.stringify(values) }, named)
  return values.map((value) => {
    if (relation) return data?.find((one) => one.value === value)?.label ?? `#${value}`
    const choice = end?.field?.choices?.find(([known]) => String(known) === value)
    return choice?.[1] ?? value
  })
}
