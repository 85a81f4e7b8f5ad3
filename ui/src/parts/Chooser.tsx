import { ChevronDown } from "lucide-react"
import { Button, ComboBox, type ComboBoxProps, type Key, ListBox, Popover } from "react-aria-components"
import { ComboInput } from "./ComboInput.tsx"
import css from "./Field.module.css"
import { type FieldProps, invalid, Labelled } from "./Labelled.tsx"
import { type Option, optionItem } from "./Option.tsx"

export interface ChooserProps
  extends FieldProps,
    Omit<
      ComboBoxProps<Option>,
      | "children"
      | "className"
      | "style"
      | "isInvalid"
      | "items"
      | "selectedKey"
      | "onSelectionChange"
      | "value"
      | "onChange"
    > {
  options: readonly Option[]
  value: string | null
  onChange: (value: string | null) => void
  placeholder?: string
}

/** A choice among many: typing narrows it. */
export function Chooser({
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
}: ChooserProps) {
  return (
    <ComboBox
      menuTrigger="focus"
      {...props}
      defaultItems={options}
      selectedKey={value}
      onSelectionChange={(key: Key | null) => onChange(key === null ? null : String(key))}
      isInvalid={invalid(errors)}
      validationBehavior="aria"
      className={css.field}
      data-aside={aside}
    >
      <Labelled label={label} help={help} errors={errors} hideLabel={hideLabel}>
        <div className={css.combo}>
          <ComboInput className={css.input} placeholder={placeholder} />
          <Button className={css.comboButton ?? ""}>
            <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
          </Button>
        </div>
        <Popover className={css.popover ?? ""} offset={2}>
          <ListBox className={css.list ?? ""}>{optionItem}</ListBox>
        </Popover>
      </Labelled>
    </ComboBox>
  )
}
