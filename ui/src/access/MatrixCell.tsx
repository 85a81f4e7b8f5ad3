import { useLingui } from "@lingui/react/macro"
import type { Action } from "../app/session.ts"
import css from "./Access.module.css"
import type { MatrixCollection } from "./api.ts"
import type { Cell } from "./document.ts"
import type { RoleRow } from "./rows.ts"
import { actionNames } from "./words.ts"

export type Place = readonly [down: number, across: number]

/** A full square for all, half of one for a rule, a dash for none. */
export function Shape({ grant }: { grant: Cell["grant"] }) {
  return <span className={css.shape} data-grant={grant} aria-hidden />
}

/** The cell whose panel opens beside the grid stays in sight. */
const intoView = (cell: HTMLElement | null) => cell?.scrollIntoView({ block: "nearest", inline: "nearest" })

export function MatrixCell({
  cell,
  before,
  role,
  action,
  row,
  first,
  place,
  current,
  open,
  onOpen,
}: {
  cell: Cell
  before: Cell
  role: RoleRow
  action: Action
  row: MatrixCollection
  first: boolean
  place: Place
  current: boolean
  open: boolean
  onOpen: (place: Place) => void
}) {
  const { t, i18n } = useLingui()
  const words = useGrantWords()
  const name = actionNames[action]
  const changed = cell.grant !== before.grant || cell.rule !== before.rule
  const unwritten = cell.grant === "rule" && cell.rule === ""
  const label = `${row.label_plural}, ${role.label}, ${name ? i18n._(name) : action}: ${words(cell)}`
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the grid
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of a grid
      role="gridcell"
      ref={open ? intoView : null}
      tabIndex={current ? 0 : -1}
      aria-label={changed ? t`${label}, changed` : label}
      aria-selected={open}
      aria-colindex={place[1] + 2}
      className={css.cell}
      data-place={`${place[0]},${place[1]}`}
      data-first={first}
      data-changed={changed}
      data-unwritten={unwritten}
      title={cell.rule || undefined}
      onClick={() => onOpen(place)}
    >
      <Shape grant={cell.grant} />
    </td>
  )
}

/** What a cell says, in words. */
export function useGrantWords() {
  const { t } = useLingui()
  return (cell: Cell): string => {
    if (cell.grant === "all") return t`all`
    if (cell.grant === "none") return t`none`
    return cell.rule ? t`by the rule ${cell.rule}` : t`by a rule that is not written yet`
  }
}
