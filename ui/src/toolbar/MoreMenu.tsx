import { useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { ArrowDownUp, Code2, Columns3, Ellipsis, Upload } from "lucide-react"
import { useRef, useState } from "react"
import type { GridModel } from "../grid/model.ts"
import { PopoverAt } from "../parts/Dialog.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Menu } from "../parts/Menu.tsx"
import { onDemand } from "../parts/onDemand.tsx"
import { ColumnsForm } from "./ColumnsPopover.tsx"
import { useExportItems } from "./ExportMenu.tsx"
import { SortForm } from "./SortPopover.tsx"

const ApiOfList = onDemand(() => import("./ApiOfList.tsx").then((m) => m.ApiOfList))

/** Import, export, and how a program gets this list; on a phone also what has no room beside it. */
export function MoreMenu({ model, narrow = false }: { model: GridModel; narrow?: boolean }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [open, setOpen] = useState<"sort" | "columns" | "api">()
  const place = useRef<HTMLSpanElement>(null)
  const { shown, all } = useExportItems(model, false)
  const { add, change, name } = model.collection
  const labels = { api: t`This list by API`, sort: t`Sort`, columns: t`Columns` }
  return (
    <span ref={place}>
      <Menu
        label={t`More`}
        placement="bottom end"
        trigger={
          <IconButton icon={Ellipsis} label={narrow ? t`Sort, columns, more` : t`Import, export, API`} />
        }
        sections={[
          {
            items: [
              narrow && { id: "sort", label: t`Sort …`, icon: ArrowDownUp, onAction: () => setOpen("sort") },
              narrow && {
                id: "columns",
                label: t`Columns …`,
                icon: Columns3,
                onAction: () => setOpen("columns"),
              },
              (add !== "none" || change !== "none") && {
                id: "import",
                label: t`Import a file …`,
                icon: Upload,
                onAction: () => void navigate({ to: `/data/${name}/import/new` as never }),
              },
              { id: "api", label: t`Use this list by API …`, icon: Code2, onAction: () => setOpen("api") },
            ],
          },
          { heading: t`Export the columns shown`, items: shown },
          { heading: t`Export every field`, items: all },
        ]}
      />
      {open && (
        <PopoverAt at={place} label={labels[open]} onClose={() => setOpen(undefined)}>
          {open === "api" && <ApiOfList model={model} />}
          {open === "sort" && <SortForm model={model} />}
          {open === "columns" && <ColumnsForm model={model} />}
        </PopoverAt>
      )}
    </span>
  )
}
