import { Trans, useLingui } from "@lingui/react/macro"
import type { Collection } from "../app/collections.ts"
import { type Choice, Choices } from "../parts/Choices.tsx"
import { Select } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import { type Answers, matchable, type Rules as RulesType } from "./choices.ts"
import css from "./Import.module.css"

const none = "-"

/** What becomes of rows whose record exists, of those without one, and of a file that has bad ones. */
export function Rules({
  collection,
  mapping,
  rules,
  onChange,
}: {
  collection: Collection
  mapping: { [column: string]: string }
  rules: RulesType
  onChange: (change: Answers) => void
}) {
  const { t } = useLingui()
  const fields = matchable(collection, mapping)
  const match = [
    ...(collection.add === "none" ? [] : [{ id: none, label: t`Every row is a new record` }]),
    ...fields.map(({ name, label }) => ({
      id: name,
      label: t`A row's record is the one with the same ${label || name}`,
    })),
  ]
  const existing: (Choice | false)[] = [
    collection.change !== "none" && { id: "update", label: <Trans>Change it to what the row says</Trans> },
    { id: "skip", label: <Trans>Leave it as it is</Trans> },
    { id: "error", label: <Trans>Call the row bad</Trans> },
  ]
  const fresh: (Choice | false)[] = [
    collection.add !== "none" && { id: "create", label: <Trans>Add a record</Trans> },
    { id: "skip", label: <Trans>Leave the row out</Trans> },
    { id: "error", label: <Trans>Call the row bad</Trans> },
  ]
  return (
    <Part title={t`Rows`}>
      <Select
        label={t`Which record a row is about`}
        options={match}
        value={rules.match || none}
        onChange={(id) => onChange({ match: id === none ? "" : id })}
        help={
          fields.length === 0 && (
            <Trans>Give a column to a field without duplicates to change records that exist.</Trans>
          )
        }
      />
      <div className={css.how}>
        {rules.match && (
          <Choices
            label={t`Where its record exists`}
            choices={existing.filter((choice) => choice !== false)}
            value={rules.existing}
            onChange={(id) => onChange({ existing: id })}
          />
        )}
        {rules.match && (
          <Choices
            label={t`Where there is none`}
            choices={fresh.filter((choice) => choice !== false)}
            value={rules.new}
            onChange={(id) => onChange({ new: id })}
          />
        )}
        <Choices
          label={t`If some rows are bad`}
          choices={[
            { id: "0", label: <Trans>Import nothing</Trans>, note: <Trans>All rows or none.</Trans> },
            {
              id: "1",
              label: <Trans>Import the good rows</Trans>,
              note: <Trans>The bad ones are listed.</Trans>,
            },
          ]}
          value={rules.keep ? "1" : "0"}
          onChange={(id) => onChange({ keep: id })}
        />
      </div>
    </Part>
  )
}
