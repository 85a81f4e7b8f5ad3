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
import { fitColumn, moveColumn, pinColumn, setWidth, showColumn } from "./arrange.ts"
import { textOf, useShown } from "./cells/text.ts"
import { isSortable } from "./columns.ts"
import { fillDown } from "./commands.ts"
import { sortBy } from "./headerDrag.ts"
import type { GridModel } from "./model.ts"
import { parseOrder } from "./order.ts"
import { summariesOf, summarize, useChosenSummaries, useSummaryName } from "./summaries.ts"

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
  const summaries = useChosenSummaries(model)
  const nameOf = useSummaryName()
  const all = useCollections()
  const shown = useShown()
  const column = menu && columns[menu.column]
  if (!menu || !column) return null
  const { field, pinned, width } = column
  const place = menu.column
  const [left, right] = document.dir === "rtl" ? [place + 1, place - 1] : [place - 1, place + 1]
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
          onAction: () => pinColumn(model, field.name, !pinned),
        },
        columns.length > 1 && {
          id: "hide",
          label: t`Hide`,
          icon: EyeOff,
          onAction: () => showColumn(model, field.name, false),
        },
        {
          id: "fit",
          label: t`Fit to the contents`,
          icon: MoveHorizontal,
          onAction: () => fitColumn(model, place),
        },
        { id: "wider", label: t`Wider`, onAction: () => setWidth(model, field.name, width + 40) },
        { id: "narrower", label: t`Narrower`, onAction: () => setWidth(model, field.name, width - 40) },
        columns[left] && {
          id: "left",
          label: t`Move left`,
          icon: ArrowLeft,
          onAction: () => moveColumn(model, place, left),
        },
        columns[right] && {
          id: "right",
          label: t`Move right`,
          icon: ArrowRight,
          onAction: () => moveColumn(model, place, right),
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
        onAction: () => summarize(model, field, summary === name ? undefined : name),
      })),
    },
  ]
  return <MenuAt key={place} at={menu.at} label={field.label} sections={sections} onClose={onClose} />
}
