import { Trans, useLingui } from "@lingui/react/macro"
import { ChevronDown } from "lucide-react"
import { useRef, useState } from "react"
import { Button } from "../../parts/Button.tsx"
import { PopoverButton } from "../../parts/Dialog.tsx"
import { Checkbox, Finder } from "../../parts/Field.tsx"
import { Said } from "../../parts/States.tsx"
import css from "./Filter.module.css"
import type { PathEnd } from "./paths.ts"
import { type Choice, useChoices, useValueTexts } from "./values.ts"

/** Several of the values that there are, with how many records have each. */
export function ChoiceList({
  end,
  values,
  fresh = false,
  onChange,
}: {
  end: PathEnd
  values: readonly string[]
  /** It is open from the beginning. */
  fresh?: boolean
  onChange: (values: string[]) => void
}) {
  const { t } = useLingui()
  const [open, setOpen] = useState(fresh)
  const place = useRef<HTMLDivElement>(null)
  const texts = useValueTexts(end, values)
  const said = texts.length > 0 ? texts.join(", ") : t`Choose`
  return (
    <div ref={place} className={css.valueButton}>
      <PopoverButton
        label={t`Values of ${end.labels.join(" › ")}`}
        placement="bottom start"
        isOpen={open}
        onOpenChange={(shown) => {
          setOpen(shown)
          if (!shown) requestAnimationFrame(() => place.current?.querySelector("button")?.focus())
        }}
        trigger={
          <Button aria-label={t`Values: ${said}`}>
            <span className={css.chosen}>{said}</span>
            <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
          </Button>
        }
      >
        {open && <Choices end={end} values={values} texts={texts} onChange={onChange} />}
      </PopoverButton>
    </div>
  )
}

function Choices({
  end,
  values,
  texts,
  onChange,
}: {
  end: PathEnd
  values: readonly string[]
  texts: readonly string[]
  onChange: (values: string[]) => void
}) {
  const { t } = useLingui()
  const [q, setQ] = useState("")
  const { choices, error } = useChoices(end, q, true)
  const far = values
    .map((value, index): Choice => ({ value, label: texts[index] ?? value }))
    .filter(({ value }) => !q && !choices.some((one) => one.value === value))
  const finds = end.kind !== "choice" || (end.field?.choices?.length ?? 0) > 8
  const toggle = (value: string, on: boolean) =>
    onChange(on ? [...values, value] : values.filter((one) => one !== value))
  return (
    <div className={css.choices}>
      {finds && <Finder label={t`Find a value`} value={q} onChange={setQ} autoFocus />}
      {error ? (
        <p className={css.error}>
          <Said error={error} />
        </p>
      ) : null}
      <ul className={css.choiceList}>
        {[...far, ...choices].map(({ value, label, count }) => (
          <li key={value} className={css.choice}>
            <Checkbox isSelected={values.includes(value)} onChange={(on) => toggle(value, on)}>
              {label}
            </Checkbox>
            {count !== undefined && <span className={css.count}>{count}</span>}
          </li>
        ))}
      </ul>
      {choices.length === 0 && far.length === 0 && (
        <p className={css.note}>
          <Trans>Nothing has this name.</Trans>
        </p>
      )}
    </div>
  )
}
