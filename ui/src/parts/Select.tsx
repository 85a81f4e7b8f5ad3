import { ChevronDown } from "lucide-react"
import {
  Select as AriaSelect,
  type SelectProps as AriaSelectProps,
  Button,
  type Key,
  ListBox,
  Popover,
  SelectValue,
} from "react-aria-components"
import css from "./Field.module.css"
import { type FieldProps, invalid, Labelled } from "./Labelled.tsx"
import { type Option, optionItem } from "./Option.tsx"

export interface SelectProps
  extends FieldProps,
    Omit<
      AriaSelectProps<Option>,
      "children" | "className" | "style" | "isInvalid" | "value" | "onChange" | "items"
    > {
  options: readonly Option[]
  value: string | null
  onChange: (value: string) => void
  placeholder?: string
}

export function Select({
  label,
  help,
  errors,
  aside,
  hideLabel,
  options,
  value,
  onChange,
  placeholder,
  ...props
}: SelectProps) {
  return (
    <AriaSelect
      {...props}
      selectedKey={value}
      onSelectionChange={(key: Key | null) => key !== null && onChange(String(key))}
      isInvalid={invalid(errors)}
      validationBehavior="aria"
      className={css.field}
      data-aside={aside}
      {...(placeholder === undefined ? {} : { placeholder })}
    >
      <Labelled label={label} help={help} errors={errors} hideLabel={hideLabel}>
        <Button className={`${css.input} ${css.select}`}>
          <SelectValue className={css.value ?? ""} />
          <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
        </Button>
        <Popover className={css.popover ?? ""} offset={2}>
          <ListBox items={options} className={css.list ?? ""}>
            {optionItem}
          </ListBox>
        </Popover>
      </Labelled>
    </AriaSelect>
  )
}
