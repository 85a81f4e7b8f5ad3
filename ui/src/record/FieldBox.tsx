import { Trans, useLingui } from "@lingui/react/macro"
import { useId, useState } from "react"
import type { Collection, Field, Row, Value } from "../app/collections.ts"
import { isBox } from "../app/newRecord.ts"
import { useStore } from "../app/store.ts"
import type { Draft } from "./draft.ts"
import css from "./FieldBox.module.css"
import { Control } from "./fields/Control.tsx"
import type { Create } from "./fields/control.ts"
import { Shown } from "./fields/Shown.tsx"
import { isOwn } from "./own.ts"
import type { Person } from "./presence.ts"
import { Sides } from "./Sides.tsx"
import { initialValue, isMany, same, valueIn } from "./values.ts"

export interface FieldBoxProps {
  collection: Collection
  field: Field
  row: Row | undefined
  draft: Draft
  people: readonly Person[]
  onCreate: Create | undefined
}

/** A field of the form: its control, who else edits it, and what they have changed. */
export function FieldBox({ collection, field, row, draft, people, onCreate }: FieldBoxProps) {
  const { t } = useLingui()
  const { changes, base, errors } = useStore(draft.state)
  const stored = row ? valueIn(row, field.name) : initialValue(field)
  const touched = field.name in changes
  const conflict = row !== undefined && touched && !same(base[field.name], stored)
  const here = people.filter((person) => person.fields.includes(field.name))
  return (
    <div
      className={css.box}
      data-field={field.name}
      data-required={(field.required && !isBox(field) && maySet(field, row)) || undefined}
      data-conflict={conflict || undefined}
      data-changed={touched || undefined}
      data-people={here.length > 0 || undefined}
      data-fresh={useFresh(row, stored)}
    >
      {maySet(field, row) ? (
        <Control
          collection={collection}
          field={field}
          value={touched ? (changes[field.name] as Value) : stored}
          row={row}
          errors={errors[field.name]}
          onChange={(value) => draft.change(field.name, value, stored, row?._v ?? "")}
          onCreate={onCreate}
        />
      ) : (
        <Fixed field={field} value={stored} row={row} errors={errors[field.name]} />
      )}
      {here.length > 0 && (
        <p className={css.here}>
          <Trans>{names(here)} is editing this field.</Trans>
        </p>
      )}
      {conflict && (
        <Sides
          collection={collection}
          field={field}
          row={row}
          mine={changes[field.name] as Value}
          theirs={stored}
          label={t`Two versions of ${field.label}`}
          onMine={() => draft.keepMine(field.name, stored)}
          onTheirs={() => draft.discard(field.name)}
        />
      )}
    </div>
  )
}

/** Whether the reader may write a field of this record. Of many that they may not view they cannot choose any. */
export function maySet(field: Field, row: Row | undefined): boolean {
  if (!field.writable || (isMany(field) && !field.to)) return false
  if (!row?._can) return true
  return row._can.change && !row._can.read_only?.includes(field.name)
}

const names = (people: readonly Person[]) => people.map((person) => person.user.display).join(", ")

/** Counts the times that somebody else's change arrived, for a passing mark. */
function useFresh(row: Row | undefined, value: Value): string | undefined {
  const [known, setKnown] = useState({ row, value, times: 0 })
  if (known.row !== row) {
    const news = known.row !== undefined && row !== undefined && !isOwn(row) && !same(known.value, value)
    setKnown({ row, value, times: known.times + (news ? 1 : 0) })
  }
  return known.times === 0 ? undefined : known.times % 2 ? "odd" : "even"
}

function Fixed({
  field,
  value,
  row,
  errors,
}: {
  field: Field
  value: Value
  row: Row | undefined
  errors: string[] | undefined
}) {
  const id = useId()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand beside it
    <div className={css.fixed} role="group" aria-labelledby={id}>
      <span id={id} className={css.label} dir="auto">
        {field.label}
      </span>
      <div>
        <Shown field={field} value={value} row={row} />
        {errors && (
          <p className={css.error} role="alert">
            {errors.join(" ")}
          </p>
        )}
      </div>
    </div>
  )
}
