import { Check } from "lucide-react"
import type { ReactNode } from "react"
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from "react-aria-components"
import css from "./Field.module.css"

export interface CheckboxProps extends Omit<AriaCheckboxProps, "children" | "className" | "style"> {
  children: ReactNode
}

export function Checkbox({ children, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox {...props} className={css.checkbox ?? ""}>
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className={css.box} aria-hidden>
            {isIndeterminate ? (
              <span className={css.dash} />
            ) : (
              isSelected && <Check size={14} strokeWidth={2.5} />
            )}
          </span>
          {typeof children === "string" ? <span dir="auto">{children}</span> : children}
        </>
      )}
    </AriaCheckbox>
  )
}
