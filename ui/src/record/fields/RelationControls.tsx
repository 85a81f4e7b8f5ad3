import { useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { ArrowUpRight, X } from "lucide-react"
import { useId } from "react"
import { type Key, useCollection } from "../../app/collections.ts"
import { IconButton } from "../../parts/IconButton.tsx"
import { useNames } from "../names.ts"
import { Why } from "../Why.tsx"
import { ControlLabel } from "./ControlLabel.tsx"
import css from "./Controls.module.css"
import type { ControlProps } from "./control.ts"
import { RelationPicker } from "./RelationPicker.tsx"

/** One record of another collection. */
export function OneControl(props: ControlProps) {
  const { field, value, row, errors, onChange, onCreate } = props
  const id = useId()
  const target = useCollection(field.to ?? "")
  const key = value === null || value === "" ? undefined : (value as Key)
  const told =
    key !== undefined && String(row?.[field.name]) === String(key) ? row?._rel?.[field.name] : undefined
  const name = useNames(field.to, key === undefined || told ? [] : [key])
  if (!target) return null
  const shown = key === undefined ? "" : (told as string | undefined) || name(key)
  return (
    <ControlLabel {...props} id={id}>
      <div className={css.one}>
        <RelationPicker
          label={field.label}
          target={target}
          chosen={shown ?? (key === undefined ? "" : `#${key}`)}
          invalid={Boolean(errors)}
          onClear={field.null ? () => onChange(null) : undefined}
          onPick={onChange}
          onCreate={onCreate}
          describedBy={id}
        />
        {key !== undefined && <ToRecord collection={target.name} recordKey={key} name={shown ?? `#${key}`} />}
      </div>
      {key !== undefined && shown === null && <Why collection={target.name} recordKey={key} />}
    </ControlLabel>
  )
}

/** Any number of records of another collection. */
export function ManyControl(props: ControlProps) {
  const { field, value, row, errors, onChange, onCreate } = props
  const { t } = useLingui()
  const id = useId()
  const target = useCollection(field.to ?? "")
  const keys = (Array.isArray(value) ? value : []) as Key[]
  const told = knownNames(field.name, row)
  const name = useNames(
    field.to,
    keys.filter((key) => !told.get(String(key))),
  )
  if (!target) return null
  return (
    <ControlLabel {...props} id={id}>
      {keys.length > 0 && (
        <ul className={css.many} aria-label={field.label}>
          {keys.map((key) => {
            const shown = told.get(String(key)) || name(key)
            return (
              <li key={key}>
                <span dir="auto" className={shown ? undefined : css.unseen}>
                  {shown || `#${key}`}
                </span>
                {shown === null && <Why collection={target.name} recordKey={key} />}
                <IconButton
                  icon={X}
                  size={14}
                  label={t`Take ${shown || `#${key}`} out`}
                  onPress={() => onChange(keys.filter((other) => other !== key))}
                />
              </li>
            )
          })}
        </ul>
      )}
      <RelationPicker
        label={t`Add to ${field.label}`}
        target={target}
        chosen=""
        without={keys}
        many
        invalid={Boolean(errors)}
        onPick={(key) => onChange([...keys, key])}
        onCreate={onCreate}
        describedBy={id}
      />
    </ControlLabel>
  )
}

export function knownNames(field: string, row: ControlProps["row"]): Map<string, string> {
  const names = row?._rel?.[field]
  const keys = row?.[field]
  if (!Array.isArray(names) || !Array.isArray(keys)) return new Map()
  return new Map(keys.flatMap((key, index) => (names[index] ? [[String(key), names[index]]] : [])))
}

function ToRecord({ collection, recordKey, name }: { collection: string; recordKey: Key; name: string }) {
  const { t } = useLingui()
  return (
    <Link
      to="/data/$collection/$id"
      params={{ collection, id: String(recordKey) }}
      className={css.to}
      aria-label={t`Open ${name}`}
      title={t`Open ${name}`}
    >
      <ArrowUpRight size={16} strokeWidth={1.5} aria-hidden />
    </Link>
  )
}
