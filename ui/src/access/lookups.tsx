import { client } from "../app/client.ts"
import { recordsPath } from "../app/collections.ts"
import type { Option } from "../parts/Field.tsx"
import { Lookup } from "../parts/Lookup.tsx"

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
