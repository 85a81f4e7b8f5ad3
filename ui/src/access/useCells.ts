import { type FocusEvent, type KeyboardEvent, useRef, useState } from "react"
import { actions, type MatrixCollection } from "./api.ts"
import { cellOf, withGrant } from "./document.ts"
import type { DraftState } from "./draft.ts"
import { type Place, useGrantWords } from "./MatrixCell.tsx"
import type { RoleRow } from "./rows.ts"
import { useAccess } from "./useAccess.ts"

/** The cell that has the focus, the keys that move it, change it and open it. */
export function useCells({
  roles,
  rows,
  state,
  say,
}: {
  roles: readonly RoleRow[]
  rows: readonly MatrixCollection[]
  state: DraftState
  say: (text: string) => void
}) {
  const words = useGrantWords()
  const { go } = useAccess()
  const grid = useRef<HTMLTableElement>(null)
  const [place, setPlace] = useState<Place>([0, 0])
  const width = roles.length * actions.length
  const at = ([down, across]: Place) => {
    const row = rows[down]
    const role = roles[Math.floor(across / actions.length)]
    const action = actions[across % actions.length]
    return row && role && action ? { row, role, action } : undefined
  }
  const move = (down: number, across: number) => {
    const next: Place = [clamp(down, rows.length), clamp(across, width)]
    setPlace(next)
    grid.current?.querySelector<HTMLElement>(`[data-place="${next[0]},${next[1]}"]`)?.focus()
  }
  const open = (where: Place) => {
    const cell = at(where)
    setPlace(where)
    if (cell) go({ role: cell.role.name, collection: cell.row.collection, action: cell.action }, "open")
  }
  /** none, all, by a rule: the one it had before, where there was one. */
  const cycle = (where: Place) => {
    const cell = at(where)
    if (!cell) return
    const { row, role, action } = cell
    const { grant } = cellOf(state.document, role.name, row.collection, action)
    const before = cellOf(state.base, role.name, row.collection, action).rule
    const next = grant === "none" ? true : grant === "all" ? before : false
    state.edit((document) => withGrant(document, role.name, row.collection, action, next))
    const kind = next === true ? "all" : next === false ? "none" : "rule"
    say(`${role.label}: ${words({ grant: kind, rule: before, from: "" })}`)
    if (next === "") go({ role: role.name, collection: row.collection, action }, "open")
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const found = placeOf(event.target)
    if (!found) return
    const [down, across] = found
    const far = event.ctrlKey || event.metaKey
    const act = new Map([
      ["ArrowDown", () => move(far ? rows.length - 1 : down + 1, across)],
      ["ArrowUp", () => move(far ? 0 : down - 1, across)],
      ["ArrowRight", () => move(down, far ? width - 1 : across + 1)],
      ["ArrowLeft", () => move(down, far ? 0 : across - 1)],
      ["Home", () => move(far ? 0 : down, 0)],
      ["End", () => move(far ? rows.length - 1 : down, width - 1)],
      [" ", () => cycle([down, across])],
      ["Enter", () => open([down, across])],
    ]).get(event.key)
    if (!act) return
    event.preventDefault()
    act()
  }
  const onFocus = (event: FocusEvent) => {
    const found = placeOf(event.target)
    if (found && (found[0] !== place[0] || found[1] !== place[1])) setPlace(found)
  }
  const isCurrent = (down: number, across: number) =>
    place[0] === down && Math.min(place[1], width - 1) === across
  return { grid, onKeyDown, onFocus, open, isCurrent }
}

function placeOf(target: EventTarget): Place | undefined {
  const place = target instanceof HTMLElement ? target.dataset.place : undefined
  return place?.split(",").map(Number) as [number, number] | undefined
}

function clamp(value: number, count: number): number {
  return Math.max(0, Math.min(value, count - 1))
}
