import { useLingui } from "@lingui/react/macro"
import { Check, Minus } from "lucide-react"
import type { Field, Key, Row, Value } from "../../app/collections.ts"
import { localText } from "../../app/moments.ts"
import { usePreferences } from "../../app/preferences.ts"
import { isolated } from "../../app/words.ts"
import { useNames } from "../names.ts"
import { isFile, isMany, isOne } from "../values.ts"
import css from "./Controls.module.css"
import { FileShown } from "./FileControl.tsx"
import { knownNames } from "./RelationControls.tsx"

interface Props {
  field: Field
  value: Value
  row?: Row | undefined
}

/** A value that is read and not written here. */
export function Shown({ field, value, row }: Props) {
  const { t } = useLingui()
  const { zone } = usePreferences()
  if (value === null) return <span className={css.null}>null</span>
  if (isOne(field) || isMany(field)) return <Named field={field} value={value} row={row} />
  if (value === "") return <span className={css.null}>""</span>
  if (isFile(field)) return <FileShown field={field} value={value} row={row} />
  if (field.choices)
    return <bdi>{field.choices.find(([own]) => String(own) === String(value))?.[1] ?? String(value)}</bdi>
  switch (field.type) {
    case "boolean":
      return value ? (
        <Check size={16} strokeWidth={1.5} aria-label={t`Yes`} />
      ) : (
        <Minus size={16} strokeWidth={1.5} aria-label={t`No`} />
      )
    case "datetime":
      return (
        <time dir="auto" dateTime={String(value)} title={String(value)}>
          {localText(String(value), zone)}
        </time>
      )
    case "json":
      return <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
    case "uuid":
    case "slug":
      return <code>{String(value)}</code>
    default:
      return (
        <span className={css.text} dir="auto">
          {typeof value === "object" ? JSON.stringify(value) : String(value)}
        </span>
      )
  }
}

function Named({ field, value, row }: Props) {
  const keys = (Array.isArray(value) ? value : [value]) as Key[]
  const told = isMany(field) ? knownNames(field.name, row) : new Map<string, string>()
  const one = row?._rel?.[field.name]
  if (typeof one === "string" && String(row?.[field.name]) === String(value)) told.set(String(value), one)
  const name = useNames(
    field.to,
    keys.filter((key) => !told.has(String(key))),
  )
  if (keys.length === 0) return <span className={css.null}>[]</span>
  return <>{keys.map((key) => isolated(told.get(String(key)) || name(key) || `#${key}`)).join(", ")}</>
}
