import { useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import {
  ArrowLeft,
  ArrowRight,
  ChevronDown,
  PencilLine,
  Save,
  SaveAll,
  Trash2,
  User,
  Users,
} from "lucide-react"
import { changeView, orderViews, type View } from "../../app/views.ts"
import type { GridModel } from "../../grid/model.ts"
import { IconButton } from "../../parts/IconButton.tsx"
import { Menu } from "../../parts/Menu.tsx"
import { moved } from "../../parts/Reorder.tsx"
import { tell, tellFailure } from "../../parts/toasts.ts"
import { openView, type ViewsState } from "./useViews.ts"
import type { Asked } from "./ViewForms.tsx"

/** All views by name, and all that can be done with the one that is open. */
export function ViewMenu({
  model,
  state,
  onSave,
  onAsk,
}: {
  model: GridModel
  state: ViewsState
  onSave: () => void
  onAsk: (asked: Asked) => void
}) {
  const { t } = useLingui()
  const { views, view, changed, shares } = state
  const own = view ? views.filter((one) => one.shared === view.shared && one.can_change) : []
  const place = view ? own.indexOf(view) : -1
  const run = (work: Promise<void>, done: string) =>
    void work.then(
      () => tell(done),
      (error) => tellFailure(error instanceof ApiError ? error.detail : String(error)),
    )
  const move = (to: number) =>
    run(orderViews(model.collection.name, moved(own, place, to)), t`The views are in another order.`)
  const may = view?.can_change ?? false
  return (
    <Menu
      label={t`Views`}
      placement="bottom end"
      trigger={<IconButton icon={ChevronDown} label={t`Views`} />}
      sections={[
        {
          heading: t`Open a view`,
          items: [
            {
              id: "all",
              label: t`All ${model.collection.label_plural}`,
              checked: !view,
              onAction: () => openView(model, undefined),
            },
            ...views.map((one: View) => ({
              id: one.id,
              label: one.name,
              note: one.shared ? t`shared` : undefined,
              checked: one === view,
              onAction: () => openView(model, one.id),
            })),
          ],
        },
        {
          items: [
            view &&
              may &&
              changed && {
                id: "save",
                label: t`Save the changes`,
                icon: Save,
                keys: "Ctrl+S",
                onAction: onSave,
              },
            {
              id: "new",
              label: t`Save as a new view …`,
              icon: SaveAll,
              keys: view ? undefined : "Ctrl+S",
              onAction: () => onAsk({ what: "new" }),
            },
            view &&
              may && {
                id: "rename",
                label: t`Rename …`,
                icon: PencilLine,
                onAction: () => onAsk({ what: "rename", view }),
              },
            view &&
              may &&
              shares && {
                id: "share",
                label: view.shared ? t`Keep for myself` : t`Share with everybody`,
                icon: view.shared ? User : Users,
                onAction: () =>
                  run(
                    changeView(view, { shared: !view.shared }),
                    view.shared ? t`The view is yours alone.` : t`The view is shared.`,
                  ),
              },
            place > 0 && {
              id: "left",
              label: t`Move left`,
              icon: ArrowLeft,
              onAction: () => move(place - 1),
            },
            place >= 0 &&
              place < own.length - 1 && {
                id: "right",
                label: t`Move right`,
                icon: ArrowRight,
                onAction: () => move(place + 1),
              },
            view &&
              may && {
                id: "delete",
                label: t`Delete the view …`,
                icon: Trash2,
                danger: true,
                onAction: () => onAsk({ what: "delete", view }),
              },
          ],
        },
      ]}
    />
  )
}
