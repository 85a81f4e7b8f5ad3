/** One field that a list is in the order of. */
export interface OrderPart {
  field: string
  down: boolean
}

/** Reads `-views,title`. */
export function parseOrder(order: string): OrderPart[] {
  return order
    .split(",")
    .filter(Boolean)
    .map((part) => ({ field: part.replace(/^-/, ""), down: part.startsWith("-") }))
}

export function formatOrder(parts: readonly OrderPart[]): string {
  return parts.map(({ field, down }) => (down ? "-" : "") + field).join(",")
}

/** The other way round, key included, so that its first record is the list's last. */
export function reversed(order: string, key: string): string {
  const parts = parseOrder(order)
  if (!parts.some(({ field }) => field === key)) parts.push({ field: key, down: false })
  return formatOrder(parts.map(({ field, down }) => ({ field, down: !down })))
}

/** The order once a field is added to it, turned, or taken away. */
export function ordered(order: string, field: string, down: boolean | undefined, add: boolean): string {
  const others = add ? parseOrder(order).filter((part) => part.field !== field) : []
  if (down === undefined) return formatOrder(parseOrder(order).filter((part) => part.field !== field))
  const at = parseOrder(order).findIndex((part) => part.field === field)
  others.splice(add && at >= 0 ? at : others.length, 0, { field, down })
  return formatOrder(others)
}
