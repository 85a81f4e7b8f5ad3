import { useRef, useState } from "react"
import { ExpressionField } from "../expression/ExpressionField.tsx"

/** A pause in typing, in milliseconds, after which a rule is kept. */
const pause = 500

/** A rule that is being written. It goes into the draft in a pause of typing, when it is left, or with Ctrl+Enter. */
export function RuleEditor({
  collection,
  label,
  value,
  help,
  autoFocus = false,
  onTyped,
  onKeep,
}: {
  collection: string
  label: string
  value: string
  help?: React.ReactNode
  autoFocus?: boolean
  /** The text as it is typed, for trying it. */
  onTyped: (text: string) => void
  onKeep: (text: string) => void
}) {
  const [text, setText] = useState(value)
  const [seen, setSeen] = useState(value)
  const [kept, setKept] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  if (seen !== value) {
    setSeen(value)
    if (value !== kept) setText(value) // else it comes from here, and may have been typed on
  }
  const keep = (typed: string) => {
    clearTimeout(timer.current)
    setKept(typed.trim())
    if (typed.trim() !== value) onKeep(typed.trim())
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is the field in it that is left
    <div
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) keep(text)
      }}
    >
      <ExpressionField
        collection={collection}
        label={label}
        value={text}
        context="rule"
        rows={3}
        help={help}
        autoFocus={autoFocus}
        onSubmit={() => keep(text)}
        onChange={(next) => {
          setText(next)
          onTyped(next)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => keep(next), pause)
        }}
      />
    </div>
  )
}
