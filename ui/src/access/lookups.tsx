import { useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { recordsPath } from "../app/collections.ts"
import type { Option } from "../parts/Field.tsx"
import { Lookup } from "../parts/Lookup.tsx"
import { anonymous } from "./words.ts"

export interface PersonShort {
  id: string
  username: string
  first_name: string
  last_name: string
  is_active: boolean
  roles: string[]
}

/** A user by key, or the visitor who is not logged in. */
export function PersonLookup({
  label,
  value,
  onChange,
  help,
}: {
  label: string
  value: string | undefined
  onChange: (id: string) => void
  help?: React.ReactNode
}) {
  const { t } = useLingui()
  const nobody = t`Anonymous visitor`
  const chosen = useQuery({
    queryKey: ["people", "one", value],
    queryFn: ({ signal }) => client.get<PersonShort>(`/api/_/people/${value}/`, { signal }),
    enabled: value !== undefined && value !== anonymous,
  })
  const find = async (q: string, signal: AbortSignal): Promise<Option[]> => {
    const { results } = await client.get<{ results: PersonShort[] }>("/api/_/people/", {
      query: { q, limit: 20 },
      signal,
    })
    const people = results.map(({ id, username, first_name, last_name, roles }) => ({
      id,
      label: username,
      note: [`${first_name} ${last_name}`.trim(), roles.join(", ")].filter(Boolean).join(" · ") || undefined,
    }))
    return q === "" || nobody.toLowerCase().includes(q.toLowerCase())
      ? [...people, { id: anonymous, label: nobody }]
      : people
  }
  return (
    <Lookup
      label={label}
      help={help}
      value={value ?? null}
      text={value === undefined ? "" : value === anonymous ? nobody : chosen.data?.username}
      onChange={(id) => id !== null && onChange(id)}
      of={["people"]}
      find={find}
    />
  )
}

/** A record of a collection by what it calls itself. */
export function RecordLookup({
  collection,
  label,
  value,
  text,
  onChange,
  help,
}: {
  collection: string
  label: string
  value: string | undefined
  text: string | undefined
  onChange: (key: string | undefined) => void
  help?: React.ReactNode
}) {
  const find = async (q: string, signal: AbortSignal): Promise<Option[]> => {
    const path = `${recordsPath(collection)}lookup/`
    const answer = await client.get<{ results: { key: string | number; display: string }[] }>(path, {
      query: { q, limit: 20 },
      signal,
    })
    return answer.results.map(({ key, display }) => ({
      id: String(key),
      label: display || String(key),
      note: display === String(key) ? undefined : String(key),
    }))
  }
  return (
    <Lookup
      label={label}
      help={help}
      value={value ?? null}
      text={value === undefined ? "" : text}
      onChange={(key) => onChange(key ?? undefined)}
      of={[collection]}
      find={find}
    />
  )
}
