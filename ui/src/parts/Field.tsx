// The fields that forms are made of, each in a file of its own, so that a page loads those that it shows.
export { Checkbox, type CheckboxProps } from "./Checkbox.tsx"
export { Chooser, type ChooserProps } from "./Chooser.tsx"
export { Finder, type FinderProps } from "./Finder.tsx"
export type { FieldProps } from "./Labelled.tsx"
export { type Option, optionItem } from "./Option.tsx"
export { Select, type SelectProps } from "./Select.tsx"
export { TextField, type TextFieldProps } from "./TextField.tsx"
