import { useLingui } from "@lingui/react/macro"
import { WrapText } from "lucide-react"
import { formatted, jsonFault } from "../../app/jsonText.ts"
import { TextField } from "../../parts/Field.tsx"
import { IconButton } from "../../parts/IconButton.tsx"
import { around, type ControlProps } from "./control.ts"

/** JSON as it stands, digit for digit. It is said at once where it is none. */
export function JsonControl(props: ControlProps) {
  const { field, value, errors, onChange } = props
  const { t } = useLingui()
  const text = value === null ? "" : String(value)
  const fault = jsonFault(text)
  return (
    <TextField
      {...around(props)}
      errors={errors ?? (fault ? [fault] : undefined)}
      value={text}
      onChange={onChange}
      rows={Math.min(16, Math.max(2, text.split("\n").length + 1))}
      mono
      spellCheck="false"
      tail={
        <IconButton
          icon={WrapText}
          label={t`Format ${field.label}`}
          onPress={() => onChange(formatted(text))}
        />
      }
    />
  )
}
