import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { SidePanel } from "../parts/Beside.tsx"
import { Button } from "../parts/Button.tsx"
import css from "./Access.module.css"
import { actions, type MatrixCollection } from "./api.ts"
import { fieldRule, ownRule, withFieldRule, withOwnRule } from "./document.ts"
import type { DraftState } from "./draft.ts"
import { chosenRow } from "./FieldsTab.tsx"
import { RuleEditor } from "./RuleEditor.tsx"
import { joined, TryRule } from "./TryRule.tsx"
import { useAccess } from "./useAccess.ts"
import { actionNames } from "./words.ts"

/** The rule of a collection's records, or of one of its fields, with a trial. */
export function RulePanel({ rows, state }: { rows: readonly MatrixCollection[]; state: DraftState }) {
  const { t, i18n } = useLingui()
  const { search, go } = useAccess()
  const { collection: named, field } = search
  const row = chosenRow(rows, named)
  const own = actions.find((one) => one === search.action)
  const ofField = search.action === "write" ? "write" : "read"
  const opened =
    field === undefined ? own !== undefined : search.action === "read" || search.action === "write"
  const known = field === undefined || state.document.collections[named ?? ""]?.fields?.[field]
  if (!named || !row || !known || !opened) return null
  const action = field === undefined ? (own ?? "view") : ofField
  const value =
    field === undefined
      ? ownRule(state.document, row.collection, own ?? "view")
      : fieldRule(state.document, row.collection, field, ofField)
  const keep = (rule: string) =>
    state.edit((document) =>
      field === undefined
        ? withOwnRule(document, row.collection, own ?? "view", rule)
        : withFieldRule(document, row.collection, field, ofField, rule),
    )
  const name = actionNames[action]
  const word = name ? i18n._(name) : action
  return (
    <SidePanel
      title={field === undefined ? t`${row.label_plural}: ${word}` : t`${field}: ${word}`}
      onClose={() => go({ collection: undefined, field: undefined, action: undefined, record: undefined })}
    >
      <Body
        key={`${row.collection}.${field}.${action}`}
        row={row}
        value={value}
        keep={keep}
        floor={field === undefined ? row.floor[own ?? "view"] : ""}
      />
    </SidePanel>
  )
}

function Body({
  row,
  value,
  keep,
  floor,
}: {
  row: MatrixCollection
  value: string
  keep: (rule: string) => void
  floor: string
}) {
  const { t } = useLingui()
  const [typed, setTyped] = useState<string>()
  const rule = typed ?? value
  return (
    <>
      <RuleEditor
        collection={row.collection}
        label={t`Rule`}
        value={value}
        autoFocus
        onTyped={setTyped}
        onKeep={(text) => {
          setTyped(undefined)
          keep(text)
        }}
      />
      {value && (
        <div>
          <Button
            kind="quiet"
            onPress={() => {
              setTyped(undefined)
              keep("")
            }}
          >
            <Trans>Remove rule</Trans>
          </Button>
        </div>
      )}
      {floor && (
        <p className={css.note}>
          <Trans>
            And always where <code className={css.code}>{floor}</code> is true: Couplet sees to that.
          </Trans>
        </p>
      )}
      {rule.trim() !== "" && <TryRule collection={row.collection} expr={joined(rule, floor)} />}
    </>
  )
}
