import type { ReactNode } from "react"
import {
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Input,
} from "react-aria-components"
import css from "./Field.module.css"
import { type FieldProps, invalid, Labelled } from "./Labelled.tsx"

export interface TextFieldProps
  extends FieldProps,
    Omit<AriaTextFieldProps, "children" | "className" | "style" | "isInvalid"> {
  /** Several lines. */
  rows?: number | undefined
  mono?: boolean | undefined
  placeholder?: string | undefined
  /** Buttons at the end of the box. */
  tail?: ReactNode
}

export function TextField({
  label,
  help,
  errors,
  aside,
  hideLabel,
  rows,
  mono,
  placeholder,
  tail,
  ...props
}: TextFieldProps) {
  const input = `${css.input} ${mono ? css.mono : ""}`
  const own = { className: input, placeholder, dir: mono ? "ltr" : "auto" }
  const box = rows ? <AriaTextArea {...own} rows={rows} /> : <Input {...own} />
  return (
    <AriaTextField
      {...props}
      isInvalid={invalid(errors)}
      validationBehavior="aria"
      className={css.field}
      data-aside={aside}
    >
      <Labelled label={label} help={help} errors={errors} hideLabel={hideLabel}>
        {tail ? (
          <div className={css.tailed}>
            {box}
            {tail}
          </div>
        ) : (
          box
        )}
      </Labelled>
    </AriaTextField>
  )
}
