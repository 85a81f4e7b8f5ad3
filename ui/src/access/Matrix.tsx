import { Trans, useLingui } from "@lingui/react/macro"
import { Eye, Pencil, Plus, Trash2 } from "lucide-react"
import { useId, useState } from "react"
import { Notice } from "../parts/States.tsx"
import css from "./Access.module.css"
import { type Matrix as Answer, actions, type MatrixCollection } from "./api.ts"
import { cellOf } from "./document.ts"
import type { DraftState } from "./draft.ts"
import { MatrixCell, Shape } from "./MatrixCell.tsx"
import { RoleHeader } from "./RoleHeader.tsx"
import type { RoleRow } from "./rows.ts"
import { useAccess } from "./useAccess.ts"
import { useCells } from "./useCells.ts"
import { actionNames } from "./words.ts"

const signs = { view: Eye, add: Plus, change: Pencil, delete: Trash2 }

/** Collections down, roles and what they grant across. Space changes a cell, Enter opens its rule. */
export function Matrix({
  matrix,
  roles,
  rows,
  state,
}: {
  matrix: Answer
  roles: readonly RoleRow[]
  rows: readonly MatrixCollection[]
  state: DraftState
}) {
  const { t, i18n } = useLingui()
  const { search } = useAccess()
  const help = useId()
  const [said, setSaid] = useState("")
  const cells = useCells({ roles, rows, state, say: setSaid })
  return (
    <div className={css.matrix}>
      {matrix.unknown_roles.map(({ name, people }) => (
        <Notice key={name} kind="warn">
          <Trans>
            People hold the role {name} ({people}), which the schema does not have. It grants nothing.
          </Trans>
        </Notice>
      ))}
      <div className={css.scroll}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid of cells is a table by its markup
          role="grid"
          aria-label={t`What roles grant`}
          aria-describedby={help}
          aria-rowcount={rows.length + 2}
          aria-colcount={roles.length * actions.length + 1}
          className={css.grid}
          ref={cells.grid}
          onKeyDown={cells.onKeyDown}
          onFocus={cells.onFocus}
        >
          <thead>
            <tr>
              <th scope="col" rowSpan={2} className={css.corner}>
                <Trans>Collection</Trans>
              </th>
              {roles.map((role) => (
                <th key={role.name} scope="colgroup" colSpan={actions.length} className={css.role}>
                  <RoleHeader role={role} state={state} />
                </th>
              ))}
            </tr>
            <tr>
              {roles.map((role) =>
                actions.map((action) => {
                  const Sign = signs[action as keyof typeof signs]
                  const name = actionNames[action]
                  return (
                    <th
                      key={`${role.name}.${action}`}
                      scope="col"
                      className={css.action}
                      data-first={action === "view"}
                      title={name && i18n._(name)}
                    >
                      <Sign size={14} strokeWidth={1.5} aria-hidden />
                      <span className={css.hidden}>{name && i18n._(name)}</span>
                    </th>
                  )
                }),
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, down) => (
              <tr key={row.collection} aria-rowindex={down + 3}>
                <th scope="row" className={css.collection} title={row.collection}>
                  {row.label_plural}
                </th>
                {roles.map((role, r) =>
                  actions.map((action, a) => (
                    <MatrixCell
                      key={`${role.name}.${action}`}
                      cell={cellOf(state.document, role.name, row.collection, action)}
                      before={cellOf(state.base, role.name, row.collection, action)}
                      role={role}
                      action={action}
                      row={row}
                      first={a === 0}
                      place={[down, r * actions.length + a]}
                      current={cells.isCurrent(down, r * actions.length + a)}
                      open={
                        search.role === role.name &&
                        search.collection === row.collection &&
                        search.action === action
                      }
                      onOpen={cells.open}
                    />
                  )),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Legend superusers={matrix.superusers} id={help} />
      <p className={css.hidden} aria-live="polite">
        {said}
      </p>
    </div>
  )
}

function Legend({ superusers, id }: { superusers: number; id: string }) {
  return (
    <div className={css.legend}>
      <p className={css.signs}>
        <span>
          <Shape grant="all" /> <Trans>all records</Trans>
        </span>
        <span>
          <Shape grant="rule" /> <Trans>by a rule</Trans>
        </span>
        <span>
          <Shape grant="none" /> <Trans>none</Trans>
        </span>
        <span>
          <Eye size={14} strokeWidth={1.5} aria-hidden /> <Trans>view</Trans>
        </span>
        <span>
          <Plus size={14} strokeWidth={1.5} aria-hidden /> <Trans>add</Trans>
        </span>
        <span>
          <Pencil size={14} strokeWidth={1.5} aria-hidden /> <Trans>change</Trans>
        </span>
        <span>
          <Trash2 size={14} strokeWidth={1.5} aria-hidden /> <Trans>delete</Trans>
        </span>
      </p>
      <p id={id}>
        <Trans>
          Space changes a cell: none, all, by a rule. Enter opens it. What several roles of a person grant is
          added up; superusers ({superusers}) may do everything.
        </Trans>
      </p>
    </div>
  )
}
