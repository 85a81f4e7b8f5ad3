import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import type { Collection } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Select } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import { Notice, Said } from "../parts/States.tsx"
import { begin, type FileColumn, type Sniffed } from "./api.ts"
import { type Answers, changesOf, mappingOf, orderOf, rulesOf, targets } from "./choices.ts"
import css from "./Import.module.css"
import { Rules } from "./Rules.tsx"
import { StepForm } from "./StepForm.tsx"
import { typeName } from "./types.ts"

const out = "-"

/** Which column goes where, and what becomes of the rows; then everything is checked without keeping anything. */
export function MapStep({
  collection,
  upload,
  file,
  answers,
  onChange,
  onAnother,
  onChecking,
}: {
  collection: Collection
  upload: string
  file: Sniffed
  answers: Answers
  onChange: (change: Answers) => void
  onAnother: () => void
  onChecking: (id: string) => void
}) {
  const { t } = useLingui()
  const mapping = mappingOf(file, answers)
  const rules = rulesOf(collection, mapping, answers)
  const check = useMutation({
    mutationFn: () => begin({ ...orderOf(upload, collection, mapping, rules), dry_run: true }),
    onSuccess: ({ id }) => onChecking(id),
  })
  const set = (column: string, field: string) =>
    onChange({ columns: changesOf(file, { ...mapping, [column]: field }) ?? "" })
  return (
    <StepForm label={t`Columns`} onSubmit={() => !check.isPending && check.mutate()}>
      <Part title={t`Columns`} help={<Examined file={file} />}>
        <div className={css.columns}>
          <div className={`${css.column} ${css.heads}`} aria-hidden>
            <span>
              <Trans>In the file</Trans>
            </span>
            <span>
              <Trans>Goes to</Trans>
            </span>
          </div>
          {file.columns.map((column) => (
            <MappedColumn
              key={column.name}
              column={column}
              field={mapping[column.name] ?? ""}
              collection={collection}
              onChange={(field) => set(column.name, field)}
            />
          ))}
        </div>
      </Part>
      <Rules collection={collection} mapping={mapping} rules={rules} onChange={onChange} />
      {check.error && (
        <Notice kind="danger">
          <Said error={check.error} />
        </Notice>
      )}
      <div className={css.actions}>
        <Button type="submit" kind="primary" isPending={check.isPending}>
          <Trans>Check the rows</Trans>
        </Button>
        <Button onPress={onAnother}>
          <Trans>Choose another file</Trans>
        </Button>
      </div>
    </StepForm>
  )
}

function Examined({ file }: { file: Sniffed }) {
  if (file.more) {
    return <Trans>The first {file.examined} rows were looked at to guess where each column goes.</Trans>
  }
  return (
    <Plural
      value={file.examined}
      one="The file has # row. Where each column goes is a guess."
      other="The file has # rows. Where each column goes is a guess."
    />
  )
}

function MappedColumn({
  column,
  field,
  collection,
  onChange,
}: {
  column: FileColumn
  field: string
  collection: Collection
  onChange: (field: string) => void
}) {
  const { t, i18n } = useLingui()
  const options = [
    { id: out, label: t`Leave out` },
    ...targets(collection).map(({ name, label, type }) => {
      const kind = typeName(type)
      return { id: name, label: label || name, note: kind && i18n._(kind) }
    }),
  ]
  return (
    <div className={css.column} data-out={field === ""}>
      <Samples column={column} />
      <Select
        label={t`Field for ${column.name}`}
        hideLabel
        options={options}
        value={field || out}
        onChange={(id) => onChange(id === out ? "" : id)}
      />
    </div>
  )
}

/** A column of the file with what stands in its first rows. */
export function Samples({ column }: { column: FileColumn }) {
  const samples = column.samples.join(" · ")
  return (
    <div>
      <span className={css.columnName}>{column.name}</span>
      <span className={css.samples} title={samples}>
        {samples || <Trans>empty in all rows seen</Trans>}
      </span>
    </div>
  )
}
