import type { Collection, Field, Key, Row, Value } from "../../app/collections.ts"

/** Makes a related record in a panel on top; `done` is told of it when it is saved. */
export type Create = (target: string, name: string, done: (key: Key, display: string) => void) => void

/** What the form gives to the control of a field. */
export interface ControlProps {
  collection: Collection
  field: Field
  /** What was typed, or else what the record has. */
  value: Value
  row: Row | undefined
  errors: string[] | undefined
  onChange: (value: Value) => void
  /** Absent where no further panel may be opened. */
  onCreate: Create | undefined
}

/** What every control shows alike. */
export function around({ field, errors }: ControlProps) {
  return {
    label: field.label,
    help: field.help_text || undefined,
    errors,
    aside: true,
    isRequired: field.required,
  }
}
