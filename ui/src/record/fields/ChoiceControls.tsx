import { useLingui } from "@lingui/react/macro"
import type { Value } from "../../app/collections.ts"
import { isBox } from "../../app/newRecord.ts"
import { Checkbox, Select } from "../../parts/Field.tsx"
import { isNumber } from "../values.ts"
import css from "./Controls.module.css"
import { around, type ControlProps } from "./control.ts"

const nothing = "\u0000null"

/** One of the field's choices. */
export function ChoiceControl(props: ControlProps) {
  const { field, value, onChange } = props
  const choices = field.choices ?? []
  const known = choices.some(([own]) => String(own) === String(value))
  const options = [
    ...(field.null ? [{ id: nothing, label: "null" }] : []),
    ...(field.blank && !isNumber(field) ? [{ id: "", label: '""' }] : []),
    ...choices.map(([own, label]) => ({ id: String(own), label })),
    ...(known || value === null || value === "" ? [] : [{ id: String(value), label: String(value) }]),
  ]
  const pick = (id: string) => {
    const chosen = choices.find(([own]) => String(own) === id)
    onChange(id === nothing ? null : ((chosen?.[0] ?? id) as Value))
  }
  return (
    <Select
      {...around(props)}
      options={options}
      value={value === null ? (field.null ? nothing : null) : String(value)}
      onChange={pick}
    />
  )
}

/** Yes or no; a third where the field may be null. */
export function BooleanControl(props: ControlProps) {
  const { field, value, errors, onChange } = props
  const { t } = useLingui()
  if (isBox(field)) {
    return (
      <div className={css.check}>
        <Checkbox isSelected={value === true} onChange={onChange}>
          {field.label}
        </Checkbox>
        {field.help_text && <p className={css.help}>{field.help_text}</p>}
        {errors && (
          <p className={css.error} role="alert">
            {errors.join(" ")}
          </p>
        )}
      </div>
    )
  }
  const options = [
    { id: "null", label: "null" },
    { id: "true", label: t`Yes` },
    { id: "false", label: t`No` },
  ]
  return (
    <Select
      {...around(props)}
      options={options}
      value={String(value)}
      onChange={(id) => onChange(id === "null" ? null : id === "true")}
    />
  )
}
