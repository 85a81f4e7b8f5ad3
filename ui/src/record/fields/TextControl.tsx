import { useLingui } from "@lingui/react/macro"
import { CircleSlash } from "lucide-react"
import type { Field, Value } from "../../app/collections.ts"
import { TextField } from "../../parts/Field.tsx"
import { IconButton } from "../../parts/IconButton.tsx"
import { isNumber, isText } from "../values.ts"
import { around, type ControlProps } from "./control.ts"

const mono = ["slug", "uuid", "ip"]

/** Whatever is written as text. What is no value of the field goes to the server as it is: it knows what to say. */
export function TextControl(props: ControlProps) {
  const { field, value, onChange } = props
  const { t } = useLingui()
  const long = field.type === "text"
  return (
    <TextField
      {...around(props)}
      value={value === null ? "" : String(value)}
      onChange={(text) => onChange(typed(field, text))}
      placeholder={placeholderOf(field, value) ?? formOf(field)}
      rows={long ? Math.min(12, Math.max(3, String(value ?? "").split("\n").length + 1)) : undefined}
      mono={mono.includes(field.type)}
      maxLength={undefined}
      inputMode={isNumber(field) ? "decimal" : "text"}
      spellCheck={long ? "true" : "false"}
      autoComplete="off"
      tail={
        field.null &&
        isText(field) &&
        value !== null && (
          <IconButton
            icon={CircleSlash}
            label={t`Set ${field.label} to null`}
            onPress={() => onChange(null)}
          />
        )
      }
    />
  )
}

/** An emptied box is the empty text where the field has one, else null. */
function typed(field: Field, text: string): Value {
  if (text !== "" || (isText(field) && (field.blank || !field.null))) return text
  return field.null ? null : ""
}

/** The word for what cannot be seen: null, or the empty text where both may be. */
export function placeholderOf(field: Field, value: Value): string | undefined {
  if (!field.null) return undefined
  if (value === null) return "null"
  return value === "" ? '""' : undefined
}

function formOf(field: Field): string | undefined {
  if (field.type === "duration") return "[DD] [HH:[MM:]]ss[.uuuuuu]"
  if (field.type === "time") return "HH:MM[:ss[.uuuuuu]]"
  return undefined
}
