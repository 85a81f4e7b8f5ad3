import { type Document, entriesOf, fieldsOf, textOf } from "./document.ts"
import { relations } from "./fieldTypes.ts"

export type Positions = { [collection: string]: { x: number; y: number } }

export interface Box {
  id: string
  name: string
  x: number
  y: number
  width: number
  height: number
  fields: [name: string, type: string][]
  /** How many fields are not shown. */
  more: number
}

export interface Edge {
  from: Box
  to: Box
  field: string
  /** The place of the field in its box, -1 where it is not shown. */
  row: number
  many: boolean
}

const width = 232
const gap = 88
const most = 10

/** The boxes of all collections: where they were put, or in columns by how far their relations lead. */
export function boxesOf(document: Document, positions: Positions): Box[] {
  const bottoms = new Map<number, number>()
  return entriesOf(document.collections).map(([name, part]) => {
    const all = fieldsOf(part)
    const linked = all.filter(([, { type }]) => relations.includes(type))
    const chosen =
      all.length <= most
        ? all
        : [...new Set([...all.slice(0, most - linked.length), ...linked])].slice(0, most)
    const fields = chosen.map(
      ([field, { type, to }]) => [field, typeof to === "string" ? to : type] as [string, string],
    )
    const more = all.length - fields.length
    const height = 32 + fields.length * 24 + (more > 0 ? 24 : 0) + 4
    const id = textOf(part, "id") || name
    const placed = positions[id]
    const column = depthOf(document, name, new Set())
    const y = bottoms.get(column) ?? 0
    if (!placed) bottoms.set(column, y + height + 40)
    return {
      id,
      name,
      x: placed?.x ?? column * (width + gap),
      y: placed?.y ?? y,
      width,
      height,
      fields,
      more,
    }
  })
}

function depthOf(document: Document, name: string, seen: Set<string>): number {
  if (seen.has(name)) return 0
  const inner = new Set(seen).add(name)
  const targets = fieldsOf(document.collections[name])
    .filter(([, { type }]) => relations.includes(type))
    .map(([, field]) => textOf(field, "to"))
    .filter((to) => to !== "self" && to !== name && Object.hasOwn(document.collections, to))
  return Math.max(0, ...targets.map((to) => (inner.has(to) ? 0 : 1 + depthOf(document, to, inner))))
}

export function edgesOf(document: Document, boxes: readonly Box[]): Edge[] {
  return boxes.flatMap((from) =>
    fieldsOf(document.collections[from.name]).flatMap(([field, def]) => {
      if (!relations.includes(def.type)) return []
      const target = def.to === "self" ? from.name : def.to
      const to = boxes.find(({ name }) => name === target)
      const row = from.fields.findIndex(([name]) => name === field)
      return to ? [{ from, to, field, row, many: def.type === "many_to_many" }] : []
    }),
  )
}

/** A line from the field to the head of its target: straight pieces, out at the nearer side. */
export function edgePath({ from, to, row }: Edge): { d: string; end: { x: number; y: number } } {
  const y1 = from.y + 32 + Math.max(0, row) * 24 + 12
  const y2 = to.y + 16
  const own = from === to
  const right = own || to.x >= from.x + from.width / 2
  const x1 = right ? from.x + from.width : from.x
  const enters = own || (right ? to.x < from.x + from.width : to.x + to.width > from.x)
  const x2 = enters === right ? to.x + to.width : to.x
  const middle = enters
    ? right
      ? Math.max(x1, x2) + 24
      : Math.min(x1, x2) - 24
    : right
      ? x2 - gap / 2
      : x2 + gap / 2
  return { d: `M${x1} ${y1}H${middle}V${y2}H${x2}`, end: { x: x2, y: y2 } }
}

export function extent(boxes: readonly Box[]): { width: number; height: number } {
  return {
    width: Math.max(0, ...boxes.map((box) => box.x + box.width)),
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)),
  }
}
