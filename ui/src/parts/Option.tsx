import { Check } from "lucide-react"
import { ListBoxItem } from "react-aria-components"
import css from "./Field.module.css"

export interface Option {
  id: string
  label: string
  /** A second line, in fainter ink. */
  note?: string | undefined
}

/** One entry of a list of choices. */
export function optionItem(option: Option) {
  return (
    <ListBoxItem id={option.id} textValue={option.label} className={css.option ?? ""}>
      {({ isSelected }) => (
        <>
          <span className={css.optionText}>
            <bdi>{option.label}</bdi>
            {option.note && <span className={css.note}>{option.note}</span>}
          </span>
          {isSelected && <Check size={16} strokeWidth={1.5} aria-hidden />}
        </>
      )}
    </ListBoxItem>
  )
}
