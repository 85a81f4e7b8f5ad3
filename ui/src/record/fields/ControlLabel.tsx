import type { ReactNode } from "react"
import css from "./Controls.module.css"
import type { ControlProps } from "./control.ts"

/** Label, help and messages of a control that is more than one box. */
export function ControlLabel({
  field,
  errors,
  id,
  children,
}: Pick<ControlProps, "field" | "errors"> & { id: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand beside it
    <div className={css.group} role="group" aria-labelledby={id} data-required={field.required || undefined}>
      <span id={id} className={css.label} dir="auto">
        {field.label}
      </span>
      <div className={css.control}>
        {children}
        {field.help_text && (
          <p className={css.help} dir="auto">
            {field.help_text}
          </p>
        )}
        {errors && (
          <p className={css.error} role="alert">
            {errors.join(" ")}
          </p>
        )}
      </div>
    </div>
  )
}
