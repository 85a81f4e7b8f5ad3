import { Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { queryString } from "couplet-client"
import { ArrowDownUp, Code2, Columns3, Ellipsis, Upload } from "lucide-react"
import { useRef, useState } from "react"
import { recordsPath } from "../app/collections.ts"
import type { GridModel } from "../grid/model.ts"
import { Code } from "../parts/Code.tsx"
import { PopoverAt } from "../parts/Dialog.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Menu } from "../parts/Menu.tsx"
import { ColumnsForm } from "./ColumnsPopover.tsx"
import { filterOf } from "./change.ts"
import { useExportItems } from "./ExportMenu.tsx"
import { SortForm } from "./SortPopover.tsx"
import css from "./Toolbar.module.css"

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

/** How a program asks for exactly this list. */
function ApiOfList({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const list = model.list.get()
  const query = {
    ...(filterOf(list) ? { filter: filterOf(list) } : {}),
    ...(list.q.trim() ? { q: list.q.trim() } : {}),
    ...(list.order ? { order: list.order } : {}),
    fields: list.columns.map(({ field }) => field.name).join(","),
  }
  const { name } = model.collection
  const address = location.origin + recordsPath(name) + queryString(query)
  const curl = `curl -H "Authorization: Api-Key $COUPLET_KEY" \\\n  '${address.replaceAll("'", "%27")}'`
  const typescript = [
    `import { createClient } from "couplet-client"`,
    ``,
    `const client = createClient({`,
    `  base: ${JSON.stringify(location.origin)},`,
    `  auth: { apiKey: process.env.COUPLET_KEY },`,
    `})`,
    `const page = await client.records(${JSON.stringify(name)}).list(${JSON.stringify(query, null, 2)})`,
  ].join("\n")
  return (
    <div className={css.api}>
      <h2 className={css.title}>
        <Trans>This list by API</Trans>
      </h2>
      <p className={css.note}>
        <Trans>
          A page of the records as they are filtered and sorted here. “next” of the answer leads on.
        </Trans>
      </p>
      <h3 className={css.subtitle}>curl</h3>
      <Code label={t`curl`} text={curl} />
      <h3 className={css.subtitle}>TypeScript</h3>
      <Code label={t`TypeScript`} text={typescript} />
    </div>
  )
}
