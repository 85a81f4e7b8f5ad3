import { useState } from "react"
import { ExpressionField } from "../expression/ExpressionField.tsx"
import { Commit } from "./Commit.tsx"
import { nameById, partOf, textOf } from "./document.ts"
import { useWorkState } from "./work.ts"

/**
 * An expression of the schema. While the collection is the one in force it is checked and completed as it is typed; of
 * what only the draft has, the plan tells mistakes.
 */
export function Rule({
  collection,
  label,
  help,
  value,
  context,
  onChange,
  errors,
}: {
  collection: string
  label: string
  help?: string
  value: string
  context: "filter" | "rule" | "check"
  onChange: (value: string | undefined) => void
  errors?: string[]
}) {
  const { force, document } = useWorkState()
  const id = textOf(partOf(document.collections, collection), "id")
  const known = id && nameById(force.document.collections, id)
  const [typed, setTyped] = useState<string>()
  if (!known) {
    return (
      <Commit
        label={label}
        help={help}
        mono
        value={value}
        take={(text) => void onChange(text || undefined)}
        errors={errors}
      />
    )
  }
  const commit = () => {
    if (typed !== undefined && typed !== value) onChange(typed.trim() === "" ? undefined : typed)
    setTyped(undefined)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears that the field inside was left
    <div onBlur={commit}>
      <ExpressionField
        collection={known}
        label={label}
        context={context}
        {...(help ? { help } : {})}
        value={typed ?? value}
        onChange={setTyped}
        errors={errors}
        onSubmit={commit}
      />
    </div>
  )
}
