import type { Collection, Key, Row, Value } from "../app/collections.ts"
import { createStore } from "../app/store.ts"
import type { ChangeList, List } from "./list.ts"
import { RowStore } from "./rows.ts"

/** A cell by its row's place in the list and its column's place among those shown. Row -1 is the header. */
export interface Place {
  row: number
  column: number
}

/** A rectangle of cells from where it began to where it has come. */
export interface Range {
  from: Place
  to: Place
}

/** A rectangle of cells by its edges. */
export interface Rectangle {
  top: number
  bottom: number
  left: number
  right: number
}

/** Records that are chosen: by their keys, or all that match, apart from some. */
export interface Chosen {
  all: boolean
  keys: ReadonlySet<string>
}

/** What is being typed into a cell. */
export interface Editing {
  key: string
  field: string
  /** What typing began with; undefined: with the value as it is. */
  typed: string | undefined
  /** What the field held then. */
  base: Value
}

/** A change of a cell that the server has not taken: it is under way, was refused, or somebody else was first. */
export interface Edit {
  value: Value
  /** What was typed, to be mended. */
  text: string
  state: "pending" | "failed" | "conflict"
  message: string
  /** What the record holds now, where somebody else was first. */
  theirs?: Value
}

export type RowEdits = { readonly [field: string]: Edit }

/** What the grid can do for others. */
export interface GridView {
  /** Brings a cell into sight. */
  reveal(place: Place): void
  /** Puts the focus into the active cell. */
  focus(): void
  /** How many rows fit. */
  page: number
}

/**
 * One list on the screen: what the toolbar, the grid and the record panel share. Everything in it is a store that
 * components follow with `useStore(model.active)`.
 *
 * - `list`: filter, order, words, columns shown, height of rows. It comes from the address; change it by `change()`:
 *   `model.change({ filter: "views > 3" })`, `model.change({ cols: formatColumns([…]) })`, `model.change({ rec: key }, { push: true })`.
 * - `rows`: the rows by their places (`rows.get(3)`), the count (`rows.count`), `rows.refresh()`.
 * - `active`, `range`: the active cell and the rectangle selected around it.
 * - `chosen`: records that are ticked; `chosen.all` is all that match but those in `keys`.
 * - `edits`: cells that are being saved or were refused, by record and field.
 */
export class GridModel {
  readonly collection: Collection
  readonly rows: RowStore
  readonly list
  readonly active = createStore<Place>({ row: 0, column: 0 })
  readonly range = createStore<Range | undefined>(undefined)
  readonly chosen = createStore<Chosen>({ all: false, keys: new Set() })
  readonly editing = createStore<Editing | undefined>(undefined)
  readonly edits = createStore<ReadonlyMap<string, RowEdits>>(new Map())
  /** What assistive technology is told: a save, a failure. */
  readonly said = createStore("")
  /** Moves with every change of records that is heard of: what was summed up is to be summed up anew. */
  readonly changes = createStore(0)
  /** Set while the grid is shown. */
  view: GridView | undefined
  change: ChangeList

  constructor(collection: Collection, list: List, change: ChangeList) {
    this.collection = collection
    this.list = createStore(list)
    this.change = change
    this.rows = new RowStore(collection)
    this.rows.follow(this.queryOf(list))
  }

  /** Takes up what the address says now. */
  follow(list: List, change: ChangeList): void {
    this.change = change
    const before = this.list.get()
    if (before === list) return
    this.list.set(list)
    const { row, column } = this.active.get()
    if (column >= list.columns.length) this.active.set({ row, column: list.columns.length - 1 })
    const query = this.queryOf(list)
    const had = this.rows.query
    const another = query.filter !== had.filter || query.order !== had.order || query.q !== had.q
    if (!another && query.fields === had.fields) return
    if (another) {
      this.range.set(undefined)
      this.chosen.set({ all: false, keys: new Set() })
      this.active.set({ row: 0, column: this.active.get().column })
      this.view?.reveal({ row: 0, column: this.active.get().column })
    }
    this.rows.follow(query)
  }

  /** The fields once shown stay asked for, so that hiding and showing a column reads nothing twice. */
  private queryOf(list: List) {
    const before = this.rows?.query.fields.split(",") ?? []
    const fields = new Set([this.collection.key, ...before, ...list.columns.map((c) => c.field.name)])
    fields.delete("")
    return { filter: list.filter, order: list.order, q: list.q, fields: [...fields].sort().join(",") }
  }

  /** The active cell goes somewhere; a selection ends, or is drawn out to there. */
  go(place: Place, extend = false, reveal = true): void {
    const columns = this.list.get().columns.length
    const row = Math.max(-1, Math.min(place.row, this.rows.length - 1))
    const to = { row, column: Math.max(0, Math.min(place.column, columns - 1)) }
    const from = this.active.get()
    if (extend && row >= 0) {
      const range = this.range.get() ?? { from, to }
      this.range.set({ from: range.from, to })
    } else {
      this.range.set(undefined)
    }
    this.active.set(to)
    if (reveal) this.view?.reveal(to)
  }

  /** The rectangle that commands act on: the selection, or the active cell. */
  rectangle(): Rectangle {
    const { from, to } = this.range.get() ?? { from: this.active.get(), to: this.active.get() }
    return {
      top: Math.max(0, Math.min(from.row, to.row)),
      bottom: Math.max(0, Math.max(from.row, to.row)),
      left: Math.min(from.column, to.column),
      right: Math.max(from.column, to.column),
    }
  }

  isChosen(key: Key): boolean {
    const { all, keys } = this.chosen.get()
    return keys.has(String(key)) !== all
  }

  choose(key: Key, on = !this.isChosen(key)): void {
    const { all, keys } = this.chosen.get()
    const next = new Set(keys)
    if (on !== all) next.add(String(key))
    else next.delete(String(key))
    this.chosen.set({ all, keys: next })
  }

  /** All that match, or none. */
  chooseAll(on: boolean): void {
    this.chosen.set({ all: on, keys: new Set() })
  }

  setEdit(key: Key, field: string, edit: Edit | undefined): void {
    const edits = new Map(this.edits.get())
    const { [field]: _, ...others } = edits.get(String(key)) ?? {}
    const next = edit ? { ...others, [field]: edit } : others
    if (Object.keys(next).length > 0) edits.set(String(key), next)
    else edits.delete(String(key))
    this.edits.set(edits)
  }

  /** Whether the reader may change a field of a record. */
  mayChange(row: Row | undefined, field: string): boolean {
    const known = this.collection.fields.find((f) => f.name === field)
    if (!row || !known?.writable || this.collection.change === "none") return false
    return row._can ? row._can.change && !row._can.read_only?.includes(field) : true
  }

  /** Reads the list anew, where it stands. */
  refresh(): void {
    const active = this.rows.keyAt(this.active.get().row)
    this.rows.refresh()
    this.changes.set(this.changes.get() + 1)
    if (active === undefined) return
    this.rows.locate(active).then(
      (row) => {
        if (row !== undefined) this.go({ row, column: this.active.get().column })
      },
      () => undefined, // the list itself tells why it cannot be read
    )
  }

  say(text: string): void {
    this.said.set(this.said.get() === text ? `${text}\u200b` : text)
  }
}
