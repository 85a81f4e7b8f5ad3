import { useLingui } from "@lingui/react/macro"
import { type KeyboardEvent, useId, useState } from "react"
import type { FieldType } from "../app/collections.ts"
import css from "./FieldTable.module.css"
import { fieldTypes } from "./fieldTypes.ts"
import { useWorkState } from "./work.ts"

export interface Picked {
  type: FieldType
  to?: string
}

interface Entry extends Picked {
  label: string
  also: string
}

/** A choice among the types and the relations to each collection: typing narrows it, Enter and Tab take the marked one. */
export function TypeEditor({
  value,
  typed: first = "",
  onPick,
  onCancel,
  onLeave,
}: {
  value: FieldType
  typed?: string | undefined
  onPick: (picked: Picked, move: "down" | "right" | "left" | undefined) => void
  onCancel: () => void
  /** The focus has gone elsewhere. */
  onLeave: () => void
}) {
  const { t } = useLingui()
  const id = useId()
  const [typed, setTyped] = useState(first)
  const entries = useEntries()
  const wanted = typed.trim().toLowerCase()
  const found = wanted
    ? entries.filter(({ label, also }) => label.toLowerCase().includes(wanted) || also.includes(wanted))
    : entries
  const start = wanted
    ? 0
    : Math.max(
        0,
        found.findIndex(({ type }) => type === value),
      )
  const [marked, setMarked] = useState<number>()
  const at = Math.min(marked ?? start, found.length - 1)
  const take = (move: "down" | "right" | "left" | undefined) => {
    const entry = found[at]
    if (!entry) return onCancel()
    onPick({ type: entry.type, ...(entry.to === undefined ? {} : { to: entry.to }) }, move)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setMarked(Math.min(found.length - 1, at + 1))
    else if (event.key === "ArrowUp") setMarked(Math.max(0, at - 1))
    else if (event.key === "Enter") take(event.ctrlKey ? undefined : "down")
    else if (event.key === "Tab") take(event.shiftKey ? "left" : "right")
    else if (event.key === "Escape") onCancel()
    else return event.stopPropagation()
    if (!(event.key === "Enter" && event.ctrlKey)) event.stopPropagation()
    event.preventDefault()
  }
  return (
    <div className={css.typeEditor}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the cell has just been opened by the person
        autoFocus
        className={css.input}
        role="combobox"
        aria-label={t`Type`}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        value={typed}
        placeholder={t`Type to narrow`}
        onChange={(event) => {
          setTyped(event.target.value)
          setMarked(undefined)
        }}
        onKeyDown={onKeyDown}
        onBlur={onLeave}
      />
      <div id={id} role="listbox" aria-label={t`Types`} className={css.typeList}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the input has the focus and the keys
          <div
            key={`${entry.type} ${entry.to ?? ""}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            ref={index === at ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
            className={css.typeOption}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick({ type: entry.type, ...(entry.to ? { to: entry.to } : {}) }, undefined)}
          >
            {entry.label}
          </div>
        ))}
        {found.length === 0 && <p className={css.none}>{t`No type is called that.`}</p>}
      </div>
    </div>
  )
}

function useEntries(): Entry[] {
  const { t, i18n } = useLingui()
  const { document } = useWorkState()
  const names = [...new Set([...Object.keys(document.collections), "users"])]
  return [
    ...fieldTypes.map(({ type, label, also }) => ({ type, label: i18n._(label), also })),
    ...names.map((to) => ({
      type: "foreign_key" as const,
      to,
      label: t`Relation to one: ${to}`,
      also: `fk ${to}`,
    })),
    ...names.map((to) => ({
      type: "many_to_many" as const,
      to,
      label: t`Relation to many: ${to}`,
      also: `m2m ${to}`,
    })),
  ]
}
