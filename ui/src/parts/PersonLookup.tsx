import { useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import type { Option } from "./Field.tsx"
import { Lookup } from "./Lookup.tsx"

export interface PersonShort {
  id: string
  username: string
  first_name: string
  last_name: string
  is_active: boolean
  roles: string[]
}

/** A user by key, or what stands for nobody, where that may be chosen. */
export function PersonLookup({
  label,
  value,
  onChange,
  help,
  errors,
  nobody,
}: {
  label: string
  value: string | undefined
  onChange: (id: string) => void
  help?: React.ReactNode
  errors?: readonly string[]
  nobody?: Option
}) {
  const chosen = useQuery({
    queryKey: ["people", "one", value],
    queryFn: ({ signal }) => client.get<PersonShort>(`/api/_/people/${value}/`, { signal }),
    enabled: value !== undefined && value !== nobody?.id,
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
    const fits = q === "" || nobody?.label.toLowerCase().includes(q.toLowerCase())
    return nobody && fits ? [...people, nobody] : people
  }
  return (
    <Lookup
      label={label}
      help={help}
      errors={errors}
      value={value ?? null}
      text={value === undefined ? "" : value === nobody?.id ? nobody.label : chosen.data?.username}
      onChange={(id) => id !== null && onChange(id)}
      of={["people"]}
      find={find}
    />
  )
}
