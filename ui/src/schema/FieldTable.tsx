import { Trans, useLingui } from "@lingui/react/macro"
import { Plus } from "lucide-react"
import { Button } from "../parts/Button.tsx"
import { fieldsOf, partOf } from "./document.ts"
import { FieldRow, NewRow } from "./FieldRow.tsx"
import css from "./FieldTable.module.css"
import { columns, useFieldGrid } from "./useFieldGrid.ts"
import { useWorkState } from "./work.ts"

/** The fields of a collection, a row for each: edited in place, as records are in their grid. */
export function FieldTable({
  collection,
  open,
  onOpen,
}: {
  collection: string
  /** The field whose options are shown beside. */
  open: string | undefined
  onOpen: (field: string | undefined) => void
}) {
  const { t } = useLingui()
  const { document } = useWorkState()
  const fields = fieldsOf(partOf(document.collections, collection))
  const grid = useFieldGrid({ collection, fields, onOpen })
  const hasKey = fields.some(([, field]) => field.primary_key === true)
  const labels = [t`Name`, t`Type`, t`Required`, t`Null`, t`Unique`, t`Default`, t`Help`]
  return (
    <div className={css.around}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is a grid by its role
        role="grid"
        aria-label={t`Fields`}
        aria-rowcount={fields.length + 2}
        className={css.table}
        ref={grid.ref}
        onKeyDown={grid.onKeyDown}
      >
        <thead>
          <tr>
            <th scope="col" className={css.number}>
              #
            </th>
            {columns.map((column, place) => (
              <th key={column} scope="col" data-column={column}>
                {labels[place]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map(([name, field], index) => (
            <FieldRow
              key={index}
              grid={grid}
              index={index}
              collection={collection}
              name={name}
              field={field}
              open={open === name}
            />
          ))}
          <NewRow grid={grid} index={fields.length} />
        </tbody>
      </table>
      <div className={css.below}>
        <Button icon={Plus} preventFocusOnPress={grid.editing?.row === fields.length} onPress={grid.startNew}>
          <Trans>Add a field</Trans>
        </Button>
        <p className={css.note}>
          {!hasKey && <Trans>Each record also gets the key id, a number given out by the database.</Trans>}{" "}
          <Trans>
            Enter edits, Space opens all options, Alt and an arrow move a field, Delete takes it away.
          </Trans>
        </p>
      </div>
    </div>
  )
}
