import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { ChevronDown } from "lucide-react"
import { useEffect, useState } from "react"
import { Button, ComboBox, ListBox, Popover } from "react-aria-components"
import { ComboInput } from "./ComboInput.tsx"
import css from "./Field.module.css"
import { type FieldProps, Labelled } from "./Labelled.tsx"
import { type Option, optionItem } from "./Option.tsx"

export interface LookupProps extends FieldProps {
  /** What is chosen, by key; null for nothing. */
  value: string | null
  /** The text of what is chosen, where it is known. */
  text: string | undefined
  onChange: (value: string | null, option?: Option) => void
  /** Names the search for the cache. */
  of: readonly unknown[]
  /** Finds what fits a text. */
  find: (q: string, signal: AbortSignal) => Promise<Option[]>
  placeholder?: string
}

/** A choice among so many that the server looks them up while one types. */
export function Lookup({ value, text, onChange, of, find, placeholder, ...field }: LookupProps) {
  const [typed, setTyped] = useState<string>()
  const [wanted, setWanted] = useState(false)
  const q = useLater(typed ?? "")
  const found = useQuery({
    queryKey: ["lookup", ...of, q],
    queryFn: ({ signal }) => find(q, signal),
    enabled: wanted,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
  const items = found.data ?? []
  const choose = (key: string | null) => {
    if (key === null) return
    const option = items.find((item) => item.id === key)
    setTyped(option?.label)
    onChange(key, option)
  }
  const leave = () => {
    if (typed === "") onChange(null)
    setTyped(undefined)
  }
  return (
    <ComboBox
      menuTrigger="focus"
      items={items}
      selectedKey={value}
      inputValue={typed ?? text ?? value ?? ""}
      onInputChange={setTyped}
      onSelectionChange={(key) => choose(key === null ? null : String(key))}
      onFocus={() => setWanted(true)}
      onBlur={leave}
      allowsEmptyCollection
      allowsCustomValue
      isInvalid={Boolean(field.errors?.length)}
      validationBehavior="aria"
      className={css.field ?? ""}
      data-aside={field.aside}
    >
      <Labelled {...field}>
        <div className={css.combo}>
          <ComboInput className={css.input} placeholder={placeholder} />
          <Button className={css.comboButton ?? ""}>
            <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
          </Button>
        </div>
      </Labelled>
      <Popover className={css.popover ?? ""} offset={2}>
        <ListBox className={css.list ?? ""}>{optionItem}</ListBox>
      </Popover>
    </ComboBox>
  )
}

/** A text once typing has paused. */
function useLater(value: string): string {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), 200)
    return () => clearTimeout(timer)
  }, [value])
  return later
}
