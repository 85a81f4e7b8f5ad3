import { useLingui } from "@lingui/react/macro"
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query"
import { ChevronDown } from "lucide-react"
import { useDeferredValue, useRef, useState } from "react"
import {
  Button,
  ComboBox,
  type Key as ItemKey,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from "react-aria-components"
import { client, queries } from "../../app/client.ts"
import { type Collection, type Key, recordsPath } from "../../app/collections.ts"
import { ComboInput } from "../../parts/ComboInput.tsx"
import { type Found, rememberName } from "../names.ts"
import css from "./Controls.module.css"
import type { Create } from "./control.ts"

const creating = "\u0000create"

interface Entry {
  id: string
  label: string
  found?: Found
}

export interface PickerProps {
  label: string
  target: Collection
  /** What is chosen, where it is one. */
  chosen: string
  /** Keys that are chosen already. */
  without?: readonly Key[]
  /** What is chosen is added to others. */
  many?: boolean
  invalid: boolean
  /** The box may be left empty, and null is chosen so. */
  onClear?: (() => void) | undefined
  onPick: (key: Key) => void
  onCreate: Create | undefined
  describedBy: string
}

function lookupQuery(collection: string, q: string) {
  return queryOptions({
    queryKey: ["lookup", collection, q],
    queryFn: ({ signal }) =>
      client.get<{ results: Found[] }>(`${recordsPath(collection)}lookup/`, {
        query: { q: q || undefined, limit: 30 },
        signal,
      }),
  })
}

const alone = (entries: readonly Entry[]) => (entries.length === 1 ? entries[0] : undefined)
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Finds a record of another collection by its name, or makes it in place. */
export function RelationPicker(props: PickerProps) {
  const { label, target, chosen, without = [], many = false, onClear, onPick, onCreate } = props
  const { t } = useLingui()
  const input = useRef<HTMLInputElement>(null)
  const [taken, setTaken] = useState(0)
  const [typed, setTyped] = useState<string>()
  const name = typed === undefined || typed === chosen ? "" : typed.trim()
  const q = useDeferredValue(name)
  const found = useQuery({ ...lookupQuery(target.name, q), placeholderData: keepPreviousData })
  const mayCreate = onCreate !== undefined && target.add !== "none"
  const entriesOf = (results: readonly Found[], called: string): Entry[] => {
    const entries: Entry[] = results
      .filter(({ key }) => !without.some((other) => String(other) === String(key)))
      .map((one) => ({ id: String(one.key), label: one.display ?? `#${one.key}`, found: one }))
    const create = { id: creating, label: called ? t`Create “${called}”` : t`Create ${target.label}` }
    return mayCreate && !entries.some((entry) => same(entry.label, called)) ? [...entries, create] : entries
  }
  // Until the answer is there, what was found before stands for it as far as it fits: the arrows never lead elsewhere.
  const fits = ({ display }: Found) => (display ?? "").toLowerCase().includes(name.toLowerCase())
  const results = found.data?.results ?? []
  const current = q === name && !found.isPlaceholderData
  const entries = entriesOf(current ? results : results.filter(fits), name)
  const take = (entry: Entry | undefined, called: string) => {
    if (entry?.found) {
      rememberName(target.name, entry.found)
      onPick(entry.found.key)
    } else if (entry) {
      onCreate?.(target.name, called, (key, display) => {
        rememberName(target.name, { key, display })
        onPick(key)
      })
    }
    setTyped(undefined)
    setTaken(taken + 1)
    if (entry?.found) requestAnimationFrame(() => input.current?.focus())
  }
  /** Enter takes what is called as it was typed, or what alone begins so, or what alone is found. */
  const enter = async (called: string) => {
    const { results } = await queries.fetchQuery(lookupQuery(target.name, called))
    const all = entriesOf(results, called)
    const begun = all.filter(({ label, found }) => found && same(label.slice(0, called.length), called))
    const one = all.find((entry) => same(entry.label, called)) ?? alone(begun) ?? alone(all)
    if (one) take(one, called)
  }
  return (
    <ComboBox
      key={taken} // else it opens its list again when its text is put in order
      aria-describedby={props.describedBy}
      items={entries}
      inputValue={typed ?? chosen}
      onInputChange={setTyped}
      selectedKey={null}
      onSelectionChange={(id: ItemKey | null) => {
        if (id !== null)
          take(
            entries.find((entry) => entry.id === id),
            name,
          )
      }}
      onBlur={() => {
        if (typed === "" && chosen) onClear?.()
        setTyped(undefined)
      }}
      menuTrigger="input"
      allowsEmptyCollection
      allowsCustomValue
      isInvalid={props.invalid}
      className={css.picker ?? ""}
    >
      <Label className={css.hidden}>{label}</Label>
      <div className={css.combo}>
        <ComboInput
          ref={input}
          onKeyDown={(event) => {
            const called = event.currentTarget.value.trim()
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !called || called === chosen)
              return
            if (!event.currentTarget.getAttribute("aria-activedescendant")) void enter(called)
          }}
          className={css.input}
          placeholder={chosen ? undefined : many ? t`Add…` : onClear ? "null" : undefined}
        />
        <Button className={css.comboButton ?? ""}>
          <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
        </Button>
      </div>
      <Popover className={css.popover ?? ""} offset={2}>
        <ListBox
          className={css.list ?? ""}
          renderEmptyState={() => (
            <p className={css.none}>{found.isPending ? t`Searching…` : t`None found.`}</p>
          )}
        >
          {(entry: Entry) => (
            <ListBoxItem
              id={entry.id}
              textValue={entry.label}
              className={css.option ?? ""}
              data-create={entry.id === creating || undefined}
            >
              <bdi>{entry.label}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
