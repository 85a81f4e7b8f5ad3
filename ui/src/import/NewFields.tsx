import { Trans, useLingui } from "@lingui/react/macro"
import type { FieldType } from "../app/collections.ts"
import { Checkbox, Select, TextField } from "../parts/Field.tsx"
import type { Sniffed } from "./api.ts"
import css from "./Import.module.css"
import { Samples } from "./MapStep.tsx"
import type { NewField } from "./proposal.ts"
import { columnTypes } from "./types.ts"

/** The fields to be, one line for each column of the file. */
export function NewFields({
  file,
  fields,
  errors,
  onChange,
}: {
  file: Sniffed
  fields: NewField[]
  errors: (name: string) => string[]
  onChange: (fields: NewField[]) => void
}) {
  const set = (column: string, change: Partial<NewField>) =>
    onChange(fields.map((field) => (field.column === column ? { ...field, ...change } : field)))
  return (
    <div className={css.columns}>
      <div className={`${css.fieldRow} ${css.heads} ${css.fieldHeads}`} aria-hidden>
        <span>
          <Trans>In the file</Trans>
        </span>
        <span>
          <Trans>Name</Trans>
        </span>
        <span>
          <Trans>Type</Trans>
        </span>
        <span>
          <Trans>Take</Trans>
        </span>
      </div>
      {fields.map((field) => (
        <FieldRow
          key={field.column}
          field={field}
          file={file}
          errors={errors(field.name)}
          onChange={(change) => set(field.column, change)}
        />
      ))}
    </div>
  )
}

function FieldRow({
  field,
  file,
  errors,
  onChange,
}: {
  field: NewField
  file: Sniffed
  errors: string[]
  onChange: (change: Partial<NewField>) => void
}) {
  const { t, i18n } = useLingui()
  const column = file.columns.find(({ name }) => name === field.column)
  const options = columnTypes.map(([id, label]) => ({ id, label: i18n._(label) }))
  return (
    <div className={css.fieldRow}>
      {column && <Samples column={column} />}
      <TextField
        label={t`Name of ${field.column}`}
        hideLabel
        mono
        isDisabled={field.out}
        value={field.name}
        onChange={(name) => onChange({ name })}
        errors={field.out ? [] : errors}
      />
      <Select
        label={t`Type of ${field.column}`}
        hideLabel
        isDisabled={field.out}
        options={options}
        value={field.type}
        onChange={(type) => onChange({ type: type as FieldType })}
      />
      <Checkbox
        aria-label={t`Take ${field.column}`}
        isSelected={!field.out}
        onChange={(taken) => onChange({ out: !taken })}
      >
        <span className={css.take}>
          <Trans>Take this column</Trans>
        </span>
      </Checkbox>
    </div>
  )
}
