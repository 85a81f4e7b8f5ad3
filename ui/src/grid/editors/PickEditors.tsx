import { useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useDeferredValue, useState } from "react"
import { client } from "../../app/client.ts"
import { type Key, recordsPath, useCollection, type Value } from "../../app/collections.ts"
import { relationTexts } from "../cells/text.ts"
import type { EditorProps } from "./CellEditor.tsx"
import { Pick, type PickOption } from "./Pick.tsx"

const nothing: PickOption = { value: null, label: "null" }

/** One of the field's choices. */
export function ChoiceEditor({ field, value, typed, commit, cancel }: EditorProps) {
  const [search, setSearch] = useState(typed ?? "")
  const wanted = search.toLowerCase()
  const options = [
    ...(field.null ? [nothing] : []),
    ...(field.blank && !field.null && !/integer/.test(field.type) ? [{ value: "", label: '""' }] : []),
    ...(field.choices ?? []).map(([own, label]) => ({ value: own as Value, label })),
  ].filter(({ label }) => label.toLowerCase().includes(wanted))
  options.sort((a, b) => Number(starts(b, wanted)) - Number(starts(a, wanted)))
  return (
    <Pick
      label={field.label}
      options={options}
      search={search}
      onSearch={setSearch}
      picked={[value]}
      many={false}
      onPick={(option, move) => commit(option.value, move, option.label)}
      onEnd={cancel}
      onCancel={cancel}
    />
  )
}

function starts(option: PickOption, wanted: string): boolean {
  return wanted !== "" && option.label.toLowerCase().startsWith(wanted)
}

interface Found {
  results: { key: Key; display: string | null }[]
}

/** One or more records of another collection, found by their names. */
export function RelationEditor({ field, value, row, typed, commit, cancel }: EditorProps) {
  const { t } = useLingui()
  const [search, setSearch] = useState(typed ?? "")
  const [picked, setPicked] = useState<Value[]>(Array.isArray(value) ? value : value === null ? [] : [value])
  const q = useDeferredValue(search)
  const many = field.type === "many_to_many"
  const target = useCollection(field.to ?? "")
  const found = useQuery({
    queryKey: ["lookup", field.to, q],
    queryFn: ({ signal }) =>
      client.get<Found>(`${recordsPath(field.to ?? "")}lookup/`, {
        query: { q: q || undefined, limit: 30 },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
  const options: PickOption[] = [
    ...(field.null && !many && !search ? [nothing] : []),
    ...ownOptions(many && !search, value, relationTexts(field, value, row)),
    ...(found.data?.results ?? []).map(({ key, display }) => ({ value: key, label: display ?? `#${key}` })),
  ].filter((one, index, all) => all.findIndex((other) => String(other.value) === String(one.value)) === index)
  const same = Array.isArray(value) && JSON.stringify(value) === JSON.stringify(picked)
  return (
    <Pick
      label={target ? t`Find one of ${target.label_plural}` : field.label}
      options={options}
      search={search}
      onSearch={setSearch}
      picked={picked}
      many={many}
      loading={found.isPending}
      hint={many ? t`Enter puts in or takes out, Tab saves.` : undefined}
      onPick={(option, move) => {
        if (!many) return commit(option.value, move, option.label)
        const without = picked.filter((one) => String(one) !== String(option.value))
        setPicked(without.length < picked.length ? without : [...picked, option.value])
      }}
      onEnd={(move) => (many && !(same && move === "stay") ? commit(picked, move) : cancel())}
      onCancel={cancel}
    />
  )
}

function ownOptions(shown: boolean, value: Value, names: string[]): PickOption[] {
  if (!shown || !Array.isArray(value)) return []
  return value.map((key, index) => ({ value: key, label: names[index] ?? `#${key}` }))
}
