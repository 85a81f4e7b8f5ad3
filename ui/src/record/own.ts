import type { Row } from "../app/collections.ts"

/** Rows that came as the answer to the reader's own saving: what is new in them is no news. */
const own = new WeakSet<Row>()

export const markOwn = (row: Row) => own.add(row)
export const isOwn = (row: Row) => own.has(row)
