import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import type { Action } from "../app/session.ts"
import { SidePanel } from "../parts/Beside.tsx"
import { Choice } from "../parts/Choice.tsx"
import { Notice } from "../parts/States.tsx"
import css from "./Access.module.css"
import { actions, type MatrixCollection } from "./api.ts"
import { type Cell, cellOf, ownRule, withGrant } from "./document.ts"
import type { DraftState } from "./draft.ts"
import { RuleEditor } from "./RuleEditor.tsx"
import type { RoleRow } from "./rows.ts"
import { joined, TryRule } from "./TryRule.tsx"
import { useAccess } from "./useAccess.ts"
import { actionNames, actionVerbs } from "./words.ts"

/** One cell of the matrix: what it says as a sentence, its rule, and what that means for the records there are. */
export function CellPanel({ role, row, state }: { role: RoleRow; row: MatrixCollection; state: DraftState }) {
  const { t, i18n } = useLingui()
  const { search, go } = useAccess()
  const action = actions.find((one) => one === search.action) ?? "view"
  const name = actionNames[action]
  const head = name ? i18n._(name) : action
  return (
    <SidePanel
      title={t`${role.label}: ${head}, ${row.label_plural}`}
      onClose={() => go({ role: undefined, collection: undefined, action: undefined, record: undefined })}
    >
      <Body
        key={`${role.name}.${row.collection}.${action}`}
        role={role}
        row={row}
        action={action}
        state={state}
      />
    </SidePanel>
  )
}

interface BodyProps {
  role: RoleRow
  row: MatrixCollection
  action: Action
  state: DraftState
}

function Body({ role, row, action, state }: BodyProps) {
  const { t } = useLingui()
  const { collection } = row
  const cell = cellOf(state.document, role.name, collection, action)
  const before = cellOf(state.base, role.name, collection, action).rule
  const [typed, setTyped] = useState<string>()
  const own = ownRule(state.document, collection, action)
  const floor = row.floor[action]
  const set = (grant: boolean | string) => {
    setTyped(undefined)
    state.edit((document) => withGrant(document, role.name, collection, action, grant))
  }
  const choose = (kind: string) => {
    if (kind !== cell.grant) set(kind === "all" ? true : kind === "none" ? false : before)
  }
  const rule = typed ?? cell.rule
  return (
    <>
      <Sentence role={role} row={row} action={action} cell={cell} />
      <Choice
        label={t`Grant`}
        hideLabel
        value={cell.grant}
        onChange={choose}
        options={[
          { id: "none", label: t`None` },
          { id: "all", label: t`All` },
          { id: "rule", label: t`By a rule` },
        ]}
      />
      {cell.from === "*" && (
        <p className={css.note}>
          <Trans>The role says so of every collection; a change here is for this one.</Trans>
        </p>
      )}
      {cell.grant === "rule" && (
        <RuleEditor
          collection={collection}
          label={t`Rule`}
          value={cell.rule}
          autoFocus
          onTyped={setTyped}
          onKeep={set}
        />
      )}
      <Beside own={own} floor={floor} row={row} action={action} />
      {cell.grant !== "none" && (cell.grant === "all" || rule.trim() !== "") && (
        <TryRule
          collection={collection}
          role={role.name}
          expr={joined(cell.grant === "all" ? "" : rule, own, floor)}
        />
      )}
    </>
  )
}

function Sentence({ role, row, action, cell }: Omit<BodyProps, "state"> & { cell: Cell }) {
  const { i18n } = useLingui()
  const name = actionVerbs[action]
  const verb = name ? i18n._(name) : action
  const what = row.label_plural
  const who = role.label
  return (
    <p className={css.sentence}>
      {cell.grant === "all" ? (
        <Trans>
          {who} may {verb} all {what}.
        </Trans>
      ) : cell.grant === "none" ? (
        <Trans>
          {who} may not {verb} {what}, unless another role of theirs lets them.
        </Trans>
      ) : cell.rule ? (
        <Trans>
          {who} may {verb} {what} where <code className={css.code}>{cell.rule}</code> is true.
        </Trans>
      ) : (
        <Trans>
          {who} may {verb} {what} by a rule. Write it below.
        </Trans>
      )}
    </p>
  )
}

/** What narrows or widens the cell from outside of the role. */
function Beside({
  own,
  floor,
  row,
  action,
}: {
  own: string
  floor: string
  row: MatrixCollection
  action: Action
}) {
  const personal = row.personal[action]
  return (
    <>
      {own && (
        <p className={css.note}>
          <Trans>
            And, whatever roles grant, where <code className={css.code}>{own}</code> is true: the collection's
            own rule.
          </Trans>{" "}
          <Link to="/access" search={{ tab: "fields", collection: row.collection, action }}>
            <Trans>Open the rule</Trans>
          </Link>
        </p>
      )}
      {floor && (
        <p className={css.note}>
          <Trans>
            And always where <code className={css.code}>{floor}</code> is true: Couplet sees to that.
          </Trans>
        </p>
      )}
      {personal > 0 && (
        <Notice>
          <Plural
            value={personal}
            one="# active person has a permission of their own for this."
            other="# active people have a permission of their own for this."
          />
        </Notice>
      )}
      <Policies row={row} />
    </>
  )
}

/** Public resources whose policy counts beside the roles. */
function Policies({ row }: { row: MatrixCollection }) {
  const policies = Map.groupBy(
    row.resources.filter(({ permission }) => permission !== "roles"),
    ({ permission }) => permission,
  )
  return [...policies].map(([permission, resources]) => (
    <p key={permission} className={css.note}>
      <Trans>
        Beside the roles, the policy <code className={css.code}>{permission}</code> lets people in at the
        public resources {resources.map(({ resource }) => resource).join(", ")}.
      </Trans>
    </p>
  ))
}
