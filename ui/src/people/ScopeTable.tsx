import { useLingui } from "@lingui/react/macro"
import { actionNames } from "../access/words.ts"
import type { Action, CollectionRights } from "../app/session.ts"
import { Checkbox } from "../parts/Field.tsx"
import { Table } from "../parts/Table.tsx"

const actions: readonly Action[] = ["view", "add", "change", "delete"]

/** What a key may do, collection by collection, within what its owner may do. */
export function ScopeTable({
  collections,
  value,
  onChange,
}: {
  collections: readonly CollectionRights[]
  value: readonly string[]
  onChange: (scopes: readonly string[]) => void
}) {
  const { t, i18n } = useLingui()
  const toggle = (scope: string, on: boolean) =>
    onChange(on ? [...value, scope] : value.filter((one) => one !== scope))
  return (
    <Table
      label={t`Scopes`}
      rows={collections}
      rowKey={({ collection }) => collection}
      columns={[
        { id: "collection", label: t`Collection`, cell: (row) => row.label_plural },
        ...actions.map((action) => {
          const name = actionNames[action]
          const label = name ? i18n._(name) : action
          return {
            id: action,
            label,
            cell: (row: CollectionRights) => {
              const scope = `${row.collection}:${action}`
              return (
                row[action] !== "none" && (
                  <Checkbox
                    aria-label={`${row.label_plural}: ${label}`}
                    isSelected={value.includes(scope)}
                    onChange={(on) => toggle(scope, on)}
                  >
                    {null}
                  </Checkbox>
                )
              )
            },
          }
        }),
      ]}
    />
  )
}
