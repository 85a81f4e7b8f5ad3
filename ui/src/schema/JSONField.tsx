import { useLingui } from "@lingui/react/macro"
import type { Value } from "../app/collections.ts"
import { jsonFault } from "../app/jsonText.ts"
import { Commit } from "./Commit.tsx"
import { faults, type JSONSchema, useJSONSchema } from "./jsonSchema.ts"

/** A part of the document as exact JSON. What the JSON Schema does not allow is not taken, and told. */
export function JSONField({
  label,
  help,
  aside,
  hideLabel,
  value,
  schema,
  onChange,
  errors,
  rows = 4,
}: {
  label: string
  help?: string
  aside?: boolean
  hideLabel?: boolean
  value: Value | undefined
  /** The definition that it must fit, picked from the whole schema. */
  schema?: (root: JSONSchema) => JSONSchema | undefined
  onChange: (value: Value | undefined) => void
  errors?: string[]
  rows?: number
}) {
  const { t } = useLingui()
  const root = useJSONSchema()
  const take = (typed: string): string | undefined => {
    if (typed.trim() === "") {
      onChange(undefined)
      return undefined
    }
    const fault = jsonFault(typed)
    if (fault) return fault
    const next: Value = JSON.parse(typed)
    const wrong = root && schema ? faults(root, schema(root), next, say) : []
    if (wrong.length > 0)
      return wrong.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("\n")
    onChange(next)
    return undefined
  }
  const say = {
    type: (types: string[]) => t`It must be of type ${types.join(", ")}.`,
    oneOf: (words: string[]) => t`It must be one of ${words.join(", ")}.`,
    missing: (name: string) => t`${name} is missing.`,
    unknown: (name: string) => t`There is no option ${name}.`,
  }
  const text = value === undefined ? "" : JSON.stringify(value, null, 2)
  const lines = Math.min(24, Math.max(rows, text.split("\n").length))
  return (
    <Commit
      label={label}
      help={help}
      aside={aside}
      hideLabel={hideLabel}
      mono
      rows={value === undefined ? 1 : lines}
      value={text}
      take={take}
      errors={errors}
      spellCheck="false"
    />
  )
}
