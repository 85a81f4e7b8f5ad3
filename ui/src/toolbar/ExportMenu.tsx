import { useLingui } from "@lingui/react/macro"
import { queryString } from "couplet-client"
import { Download } from "lucide-react"
import { recordsPath } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import type { GridModel } from "../grid/model.ts"
import { Button } from "../parts/Button.tsx"
import { type Item, Menu } from "../parts/Menu.tsx"
import { selectionOf, selectionQuery } from "./bulk/selection.ts"
import { filterOf } from "./change.ts"

export type Format = "csv" | "tsv" | "json" | "ndjson"

/** What is exported: a list as it stands, or what is chosen of it; the columns shown, or every field. */
export function exportPath(
  model: GridModel,
  format: Format,
  { selection, fields }: { selection: boolean; fields: boolean },
): string {
  const list = model.list.get()
  const whole = { filter: filterOf(list), q: list.q.trim() }
  const query = {
    export: format,
    ...selectionQuery(selection ? selectionOf(model) : whole),
    ...(list.order ? { order: list.order } : {}),
    ...(fields ? {} : { fields: list.columns.map(({ field }) => field.name) }),
  }
  return recordsPath(model.collection.name) + queryString(query)
}

/** The entries of a menu that download a list. */
export function useExportItems(model: GridModel, selection: boolean): { shown: Item[]; all: Item[] } {
  const { t } = useLingui()
  const item = (format: Format, label: string, fields: boolean): Item => ({
    id: `${format}-${fields}`,
    label,
    onAction: () => download(exportPath(model, format, { selection, fields })),
  })
  return {
    shown: [item("csv", "CSV", false), item("tsv", "TSV", false)],
    all: [
      item("csv", t`CSV, for spreadsheets`, true),
      item("json", t`JSON, one list`, true),
      item("ndjson", t`NDJSON, one record a line`, true),
    ],
  }
}

export function ExportMenu({ model, selection }: { model: GridModel; selection: boolean }) {
  const { t } = useLingui()
  const { shown, all } = useExportItems(model, selection)
  const { all: every, keys } = useStore(model.chosen)
  // An address holds so many keys; more of them are chosen by what they match.
  if (selection && !every && keys.size > 1000) return null
  return (
    <Menu
      label={t`Export`}
      placement="bottom end"
      trigger={<Button icon={Download}>{t`Export`}</Button>}
      sections={[
        { heading: t`The columns shown`, items: shown },
        { heading: t`Every field`, items: all },
      ]}
    />
  )
}

/** Has the browser fetch a file. The server names it. */
function download(path: string): void {
  const link = document.createElement("a")
  link.href = path
  link.download = ""
  document.body.append(link)
  link.click()
  link.remove()
}
