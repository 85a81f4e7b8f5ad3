import { useState } from "react"
import { ExpressionField } from "../expression/ExpressionField.tsx"

/** A rule that is being written. It goes into the draft when the field is left, or with Ctrl+Enter. */
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
  if (seen !== value) {
    setSeen(value)
    setText(value)
  }
  const keep = () => {
    if (text.trim() !== value) onKeep(text.trim())
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is the field in it that is left
    <div
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) keep()
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
        onSubmit={keep}
        onChange={(next) => {
          setText(next)
          onTyped(next)
        }}
      />
    </div>
  )
}
