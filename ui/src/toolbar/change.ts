import type { ListSearch } from "../grid/list.ts"
import type { GridModel } from "../grid/model.ts"

/** What empties a parameter that the saved view sets: an address has no empty ones. */
const blanks: { [name in "filter" | "order" | "q"]: (model: GridModel) => string } = {
  filter: () => "true",
  order: ({ collection }) => collection.ordering.join(",") || collection.key,
  q: () => " ",
}

/** Filters, orders or searches a list. What is the view's own, or the default, does not stand in the address. */
export function changeList(
  model: GridModel,
  name: "filter" | "order" | "q",
  value: string,
  how?: { push?: boolean },
): void {
  const own = model.list.get().view?.[name] ?? ""
  const written = value === own ? undefined : value || blanks[name](model)
  model.change({ [name]: written, at: undefined } as Partial<ListSearch>, how)
}

/** What a list is filtered by: nothing, where a view's filter was taken away. */
export function filterOf(list: { filter: string }): string {
  return list.filter === "true" ? "" : list.filter
}
