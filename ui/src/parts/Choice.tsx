import { Label, Radio, RadioGroup } from "react-aria-components"
import css from "./Choice.module.css"
import type { Option } from "./Field.tsx"

/** One of two to four things that stand side by side; arrows choose. */
export function Choice({
  label,
  hideLabel,
  options,
  value,
  onChange,
}: {
  label: string
  hideLabel?: boolean
  options: readonly Option[]
  value: string
  onChange: (value: string) => void
}) {
  return (
    <RadioGroup value={value} onChange={onChange} orientation="horizontal" className={css.choice ?? ""}>
      <Label className={hideLabel ? css.hidden : css.label}>{label}</Label>
      <div className={css.row}>
        {options.map((option) => (
          <Radio key={option.id} value={option.id} className={css.one ?? ""}>
            <span className={css.sign} aria-hidden />
            {option.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}
