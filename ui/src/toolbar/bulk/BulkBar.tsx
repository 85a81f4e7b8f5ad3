import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { Trash2, X } from "lucide-react"
import { useState } from "react"
import { Toolbar as AriaToolbar } from "react-aria-components"
import { useStore } from "../../app/store.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { IconButton } from "../../parts/IconButton.tsx"
import { formatLocale } from "../../parts/Time.tsx"
import { ExportMenu } from "../ExportMenu.tsx"
import css from "../Toolbar.module.css"
import { BulkDelete } from "./BulkDelete.tsx"
import { BulkEdit } from "./BulkEdit.tsx"
import { BulkWorking } from "./BulkWorking.tsx"
import { workingOf } from "./behind.ts"
import { chosenCount } from "./selection.ts"

/** What can be done with the records that are ticked. */
export function BulkBar({ model }: { model: GridModel }) {
  const { t, i18n } = useLingui()
  const [deleting, setDeleting] = useState(false)
  const [editing, setEditing] = useState(false)
  const working = useStore(workingOf(model)) !== undefined
  const chosen = useStore(model.chosen)
  const total = useStore(model.rows.count).count
  const count = chosenCount(model, chosen)
  const { change, delete: deletes, label_plural } = model.collection
  return (
    <section className={css.bar} data-bulk aria-label={t`Selected records`}>
      <div className={css.counted}>
        <IconButton icon={X} label={t`Select nothing`} onPress={() => model.chooseAll(false)} />
        <span aria-live="polite">
          {count === null ? (
            <Trans>All selected</Trans>
          ) : (
            <Plural value={count} one="# selected" other="# selected" />
          )}
        </span>
        {!chosen.all && total !== null && total > chosen.keys.size && (
          <Button kind="quiet" onPress={() => model.chooseAll(true)}>
            <Trans>Select all {total.toLocaleString(formatLocale(i18n.locale))} that match</Trans>
          </Button>
        )}
      </div>
      {working && !editing && !deleting && <BulkWorking model={model} line />}
      {count !== 0 && (!working || editing || deleting) && (
        <AriaToolbar className={css.tools ?? ""} aria-label={t`What to do with the selected`}>
          {change !== "none" && <BulkEdit model={model} count={count} onOpen={setEditing} />}
          <ExportMenu model={model} selection />
          {deletes !== "none" && (
            <Button kind="danger" icon={Trash2} onPress={() => setDeleting(true)}>
              {count === null
                ? t`Delete ${label_plural}`
                : t`Delete ${count.toLocaleString(formatLocale(i18n.locale))}`}
            </Button>
          )}
        </AriaToolbar>
      )}
      {deleting && <BulkDelete model={model} onClose={() => setDeleting(false)} />}
    </section>
  )
}
