import type { Collection, Field, Value } from "../../app/collections.ts"

const hues = ["stone", "rust", "ochre", "olive", "moss", "teal", "sea", "slate", "plum", "rose"]

/** The hue of a choice's dot: as the schema says, else by the order of the choices. */
export function hueOf(collection: Collection, field: Field, value: Value): string {
  const wanted = collection.ui?.choice_colors?.[field.name]?.[String(value)]
  if (wanted && hues.includes(wanted)) return `var(--${wanted})`
  const place = field.choices?.findIndex(([known]) => String(known) === String(value)) ?? -1
  return `var(--${hues[place < 0 ? 0 : place % hues.length]})`
}
