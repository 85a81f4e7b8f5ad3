import type { ReactNode } from "react"
import { Own } from "./Own.tsx"
import css from "./Table.module.css"

export interface Column<Row> {
  id: string
  label: string
  /** Numbers stand at the end of their column. */
  end?: boolean
  /** Left out where there is little room. */
  minor?: boolean
  width?: string
  cell: (row: Row) => ReactNode
}

/** A list of things that are few: people, jobs, backups. Records have the grid. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
  current,
}: {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Shown where there are none. */
  empty?: ReactNode
  /** The key of the row whose details are open beside it. */
  current?: string | undefined
}) {
  if (rows.length === 0 && empty) return <>{empty}</>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <section className={css.around} aria-label={label} tabIndex={0}>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                data-end={column.end}
                data-minor={column.minor}
                style={column.width ? { width: column.width } : undefined}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} aria-current={current === rowKey(row) ? "true" : undefined}>
              {columns.map((column) => (
                <td key={column.id} data-end={column.end} data-minor={column.minor}>
                  <Own>{column.cell(row)}</Own>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
