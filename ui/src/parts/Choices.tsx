import type { ReactNode } from "react"
import { Label, Radio, RadioGroup } from "react-aria-components"
import css from "./Choices.module.css"

export interface Choice {
  id: string
  label: ReactNode
  /** A second line, in fainter ink. */
  note?: ReactNode
}

/** One of a few ways, each a sentence. */
export function Choices({
  label,
  choices,
  value,
  onChange,
}: {
  label: string
  choices: readonly Choice[]
  value: string
  onChange: (value: string) => void
}) {
  return (
    <RadioGroup value={value} onChange={onChange} className={css.group ?? ""}>
      <Label className={css.label}>{label}</Label>
      {choices.map((choice) => (
        <Radio key={choice.id} value={choice.id} className={css.choice ?? ""}>
          <span className={css.dot} aria-hidden />
          <span>
            {choice.label}
            {choice.note && <span className={css.note}>{choice.note}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  )
}
