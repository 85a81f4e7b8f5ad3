import type { ReactNode } from "react"
import { FieldError, Label, Text } from "react-aria-components"
import css from "./Field.module.css"

/** What every field has: a label, help below it, and the server's own messages. */
export interface FieldProps {
  label: string
  help?: ReactNode
  /** Messages about this field, as the server gave them. */
  errors?: readonly string[] | undefined
  /** The label is left of the field where there is room. */
  aside?: boolean | undefined
  /** The label is read out but not shown, where a heading says the same. */
  hideLabel?: boolean | undefined
}

/** A label, the control, help and the server's messages. */
export function Labelled({ label, help, errors, hideLabel, children }: FieldProps & { children: ReactNode }) {
  return (
    <>
      <Label className={hideLabel ? css.hidden : css.label} dir="auto">
        {label}
      </Label>
      <div className={css.control}>
        {children}
        {help && (
          <Text slot="description" className={css.help} dir="auto">
            {help}
          </Text>
        )}
        <FieldError className={css.error} dir="auto">
          {errors?.length ? errors.join(" ") : undefined}
        </FieldError>
      </div>
    </>
  )
}

/** Whether a field has messages. */
export const invalid = (errors: readonly string[] | undefined) => Boolean(errors?.length)
