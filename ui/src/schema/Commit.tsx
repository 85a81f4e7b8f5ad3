import { useState } from "react"
import { TextField, type TextFieldProps } from "../parts/Field.tsx"

/**
 * A text that counts when one leaves the field or presses Enter; Escape takes it back. `take` answers what is wrong with it,
 * and then it stays as it was typed.
 */
export function Commit({
  value,
  take,
  errors,
  ...props
}: Omit<TextFieldProps, "value" | "onChange"> & {
  value: string
  take: (typed: string) => string | undefined
}) {
  const [typed, setTyped] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const commit = () => {
    if (typed === undefined) return
    const fault = typed === value ? undefined : take(typed)
    setWrong(fault)
    if (!fault) setTyped(undefined)
  }
  return (
    <TextField
      {...props}
      value={typed ?? value}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (!props.rows || event.ctrlKey)) commit()
        else if (event.key === "Escape" && typed !== undefined) {
          setTyped(undefined)
          setWrong(undefined)
        } else event.continuePropagation()
      }}
      errors={wrong ? [wrong] : errors}
    />
  )
}
