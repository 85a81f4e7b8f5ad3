import { Check, ChevronDown, Search, X } from "lucide-react"
import type { ReactNode } from "react"
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  Select as AriaSelect,
  type SelectProps as AriaSelectProps,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Button,
  ComboBox,
  type ComboBoxProps,
  FieldError,
  Input,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  type SearchFieldProps,
  SelectValue,
  Text,
} from "react-aria-components"
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

function Around({ label, help, errors, hideLabel, children }: FieldProps & { children: ReactNode }) {
  return (
    <>
      <Label className={hideLabel ? css.hidden : css.label}>{label}</Label>
      <div className={css.control}>
        {children}
        {help && (
          <Text slot="description" className={css.help}>
            {help}
          </Text>
        )}
        <FieldError className={css.error}>{errors?.length ? errors.join(" ") : undefined}</FieldError>
      </div>
    </>
  )
}

const invalid = (errors: readonly string[] | undefined) => Boolean(errors?.length)

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
  const box = rows ? (
    <AriaTextArea className={input} rows={rows} placeholder={placeholder} />
  ) : (
    <Input className={input} placeholder={placeholder} />
  )
  return (
    <AriaTextField
      {...props}
      isInvalid={invalid(errors)}
      validationBehavior="aria"
      className={css.field}
      data-aside={aside}
    >
      <Around label={label} help={help} errors={errors} hideLabel={hideLabel}>
        {tail ? (
          <div className={css.tailed}>
            {box}
            {tail}
          </div>
        ) : (
          box
        )}
      </Around>
    </AriaTextField>
  )
}

export interface Option {
  id: string
  label: string
  /** A second line, in fainter ink. */
  note?: string | undefined
}

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
      <Around label={label} help={help} errors={errors} hideLabel={hideLabel}>
        <Button className={`${css.input} ${css.select}`}>
          <SelectValue className={css.value ?? ""} />
          <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
        </Button>
        <Popover className={css.popover ?? ""} offset={2}>
          <ListBox items={options} className={css.list ?? ""}>
            {optionItem}
          </ListBox>
        </Popover>
      </Around>
    </AriaSelect>
  )
}

function optionItem(option: Option) {
  return (
    <ListBoxItem id={option.id} textValue={option.label} className={css.option ?? ""}>
      {({ isSelected }) => (
        <>
          <span className={css.optionText}>
            {option.label}
            {option.note && <span className={css.note}>{option.note}</span>}
          </span>
          {isSelected && <Check size={16} strokeWidth={1.5} aria-hidden />}
        </>
      )}
    </ListBoxItem>
  )
}

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
      <Around label={label} help={help} errors={errors} hideLabel={hideLabel}>
        <div className={css.combo}>
          <Input className={css.input} placeholder={placeholder} />
          <Button className={css.comboButton ?? ""}>
            <ChevronDown size={16} strokeWidth={1.5} aria-hidden />
          </Button>
        </div>
        <Popover className={css.popover ?? ""} offset={2}>
          <ListBox className={css.list ?? ""}>{optionItem}</ListBox>
        </Popover>
      </Around>
    </ComboBox>
  )
}

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
          {children}
        </>
      )}
    </AriaCheckbox>
  )
}

export interface FinderProps extends Omit<SearchFieldProps, "children" | "className" | "style"> {
  label: string
  placeholder?: string
}

/** A search box: Escape empties it. */
export function Finder({ label, placeholder, ...props }: FinderProps) {
  return (
    <SearchField {...props} aria-label={label} className={css.finder ?? ""}>
      {({ isEmpty }) => (
        <>
          <Search size={16} strokeWidth={1.5} aria-hidden />
          <Input className={css.finderInput} placeholder={placeholder ?? label} />
          {!isEmpty && (
            <Button className={css.clear ?? ""}>
              <X size={14} strokeWidth={1.5} aria-hidden />
            </Button>
          )}
        </>
      )}
    </SearchField>
  )
}
