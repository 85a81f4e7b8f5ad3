import { useLingui } from "@lingui/react/macro"
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  EyeOff,
  ListFilter,
  MoveHorizontal,
  Pin,
  PinOff,
} from "lucide-react"
import { useCollections, type Value } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { MenuAt, type Section } from "../parts/Menu.tsx"
import { conditionFor, filterByValue } from "../toolbar/filter/filterByValue.ts"
import { textOf, useShown } from "./cells/text.ts"
import { isSortable } from "./columns.ts"
import { fillDown } from "./commands.ts"
import { fitColumn, moveColumn, setColumns, setWidth, sortBy } from "./headerDrag.ts"
import type { GridModel } from "./model.ts"
import { parseOrder } from "./order.ts"
import { summariesOf, useSummaryName } from "./summaries.ts"

/** All that can be done with a column, also what is done elsewhere by dragging. */
export function ColumnMenu({
  model,
  menu,
  onClose,
}: {
  model: GridModel
  menu: { column: number; at: HTMLElement } | undefined
  onClose: () => void
}) {
  const { t } = useLingui()
  const { columns, order } = useStore(model.list)
  const summaries = useStore(model.summaries)
  const nameOf = useSummaryName()
  const all = useCollections()
  const shown = useShown()
  const column = menu && columns[menu.column]
  if (!menu || !column) return null
  const { field, pinned, width } = column
  const place = menu.column
  const parts = parseOrder(order)
  const part = parts.find((one) => one.field === field.name)
  const several = parts.some((one) => one.field !== field.name)
  const sortable = isSortable(field)
  const range = model.range.get()
  const summary = summaries[field.name]
  const row = model.rows.get(model.active.get().row)
  const condition = row && conditionFor(all, model.collection, field, row[field.name] as Value)
  const sections: Section[] = [
    {
      items: [
        condition && {
          id: "filter",
          label: t`Filter by the value of the active row`,
          note: textOf(field, row[field.name] as Value, row, shown) || "null",
          icon: ListFilter,
          onAction: () => void filterByValue(model, condition),
        },
      ],
    },
    {
      heading: t`Order`,
      items: [
        sortable && {
          id: "up",
          label: t`Sort ascending`,
          icon: ArrowUp,
          checked: part?.down === false,
          onAction: () => sortBy(model, field, false, false),
        },
        sortable && {
          id: "down",
          label: t`Sort descending`,
          icon: ArrowDown,
          checked: part?.down === true,
          onAction: () => sortBy(model, field, true, false),
        },
        sortable &&
          several && {
            id: "then-up",
            label: t`Then ascending`,
            keys: t`Shift+click`,
            onAction: () => sortBy(model, field, false, true),
          },
        sortable &&
          several && {
            id: "then-down",
            label: t`Then descending`,
            onAction: () => sortBy(model, field, true, true),
          },
        part && {
          id: "unsorted",
          label: t`Do not sort by this`,
          onAction: () => sortBy(model, field, undefined, true),
        },
      ],
    },
    {
      heading: t`Column`,
      items: [
        {
          id: "pin",
          label: pinned ? t`Unpin` : t`Pin`,
          icon: pinned ? PinOff : Pin,
          onAction: () =>
            setColumns(
              model,
              columns.map((c) => (c === column ? { ...c, pinned: !pinned } : c)),
            ),
        },
        columns.length > 1 && {
          id: "hide",
          label: t`Hide`,
          icon: EyeOff,
          onAction: () =>
            setColumns(
              model,
              columns.filter((c) => c !== column),
            ),
        },
        {
          id: "fit",
          label: t`Fit to the contents`,
          icon: MoveHorizontal,
          onAction: () => fitColumn(model, place),
        },
        { id: "wider", label: t`Wider`, onAction: () => setWidth(model, field.name, width + 40) },
        { id: "narrower", label: t`Narrower`, onAction: () => setWidth(model, field.name, width - 40) },
        place > 0 && {
          id: "left",
          label: t`Move left`,
          icon: ArrowLeft,
          onAction: () => moveColumn(model, place, place - 1),
        },
        place < columns.length - 1 && {
          id: "right",
          label: t`Move right`,
          icon: ArrowRight,
          onAction: () => moveColumn(model, place, place + 1),
        },
        range &&
          field.writable && {
            id: "fill",
            label: t`Fill the selection down`,
            icon: ArrowDownToLine,
            keys: "Ctrl+D",
            onAction: () => void fillDown(model),
          },
      ],
    },
    {
      heading: t`Summary`,
      items: summariesOf(field).map((name) => ({
        id: `sum-${name}`,
        label: nameOf(name),
        checked: summary === name,
        onAction: () => model.summarize(field.name, summary === name ? undefined : name),
      })),
    },
  ]
  return <MenuAt key={place} at={menu.at} label={field.label} sections={sections} onClose={onClose} />
}
