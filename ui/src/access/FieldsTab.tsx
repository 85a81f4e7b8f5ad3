import { Trans, useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { Select } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import { Couplet } from "../parts/States.tsx"
import { Table } from "../parts/Table.tsx"
import css from "./Access.module.css"
import { actions, type MatrixCollection } from "./api.ts"
import { fieldRule, ownRule } from "./document.ts"
import type { DraftState } from "./draft.ts"
import { useAccess } from "./useAccess.ts"
import { actionNames } from "./words.ts"

/** The rules of one collection: which records, and which of their fields. They narrow what roles grant. */
export function FieldsTab({ rows, state }: { rows: readonly MatrixCollection[]; state: DraftState }) {
  const { t, i18n } = useLingui()
  const { search, go } = useAccess()
  const collection = chosenRow(rows, search.collection)?.collection
  if (!collection) {
    return (
      <Couplet
        first={<Trans>There are no collections yet.</Trans>}
        second={<Trans>Add one in the schema; its rules come here.</Trans>}
      />
    )
  }
  const fields = Object.entries(state.document.collections[collection]?.fields ?? {})
  const cell = (action: string, field?: string) => {
    const of = (document: typeof state.base) =>
      field === undefined
        ? ownRule(document, collection, action as "view")
        : fieldRule(document, collection, field, action as "read")
    const rule = of(state.document)
    const changed = rule !== of(state.base)
    const name = actionNames[action]
    const word = name ? i18n._(name) : action
    return (
      <Link
        to="/access"
        search={{ tab: "fields", collection, field, action }}
        className={css.ruleLink}
        data-changed={changed}
        aria-label={`${field ?? t`Records`}, ${word}: ${rule || t`no rule`}`}
      >
        {rule ? <code className={css.code}>{rule}</code> : <Trans>no rule</Trans>}
      </Link>
    )
  }
  return (
    <div className={css.rules}>
      <div className={css.chooser}>
        <Select
          label={t`Collection`}
          aside
          options={rows.map((row) => ({ id: row.collection, label: row.label_plural }))}
          value={collection}
          onChange={(next) =>
            go({ collection: next, field: undefined, action: undefined, record: undefined })
          }
        />
      </div>
      <Part
        title={t`Records`}
        help={<Trans>A record is in reach only where a role grants it and its rule here is true.</Trans>}
      >
        <Table
          label={t`Rules of records`}
          rows={actions}
          rowKey={(action) => action}
          columns={[
            {
              id: "action",
              label: t`Action`,
              width: "200px",
              cell: (action) => actionNames[action] && i18n._(actionNames[action]),
            },
            { id: "rule", label: t`Rule`, cell: (action) => cell(action) },
          ]}
        />
      </Part>
      {fields.length > 0 && (
        <Part
          title={t`Fields`}
          help={
            <Trans>
              Where its rule is not true, a field is left out of what one reads, and what one writes is
              refused.
            </Trans>
          }
        >
          <Table
            label={t`Rules of fields`}
            rows={fields}
            rowKey={([name]) => name}
            columns={[
              {
                id: "field",
                label: t`Field`,
                width: "200px",
                cell: ([name]) => <code className={css.code}>{name}</code>,
              },
              { id: "read", label: t`Read`, cell: ([name]) => cell("read", name) },
              { id: "write", label: t`Write`, cell: ([name]) => cell("write", name) },
            ]}
          />
        </Part>
      )}
    </div>
  )
}

/** The collection that the address names, else the first of the project's own. */
export function chosenRow(
  rows: readonly MatrixCollection[],
  name: string | undefined,
): MatrixCollection | undefined {
  return rows.find((row) => row.collection === name) ?? rows.find((row) => !row.system) ?? rows[0]
}
