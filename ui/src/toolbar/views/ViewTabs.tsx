import { Trans, useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { Users } from "lucide-react"
import { useEffect, useEffectEvent, useRef, useState } from "react"
import { changeView, refreshViews, type View } from "../../app/views.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { onDemand } from "../../parts/onDemand.tsx"
import { tell, tellFailure } from "../../parts/toasts.ts"
import { resetList, useViews, viewOf } from "./useViews.ts"
import type { Asked } from "./ViewForms.tsx"
import { ViewMenu } from "./ViewMenu.tsx"
import css from "./Views.module.css"

const ViewForms = onDemand(() => import("./ViewForms.tsx").then((m) => m.ViewForms))

/** The saved views of a collection, and what can be done with the one that is open. */
export function ViewTabs({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const state = useViews(model)
  const { views, view, changed } = state
  const [asked, setAsked] = useState<Asked>()
  const menu = useRef<HTMLDivElement>(null)
  const save = () => {
    if (!view?.can_change) {
      setAsked({ what: "new" })
      return
    }
    if (!changed) return
    changeView(view, viewOf(model.list.get())).then(
      () => {
        resetList(model)
        tell(t`The view ${view.name} is saved.`)
      },
      (error) => {
        if (error instanceof ApiError && error.status === 412) setAsked({ what: "conflict", view })
        else tellFailure(error instanceof ApiError ? error.detail : String(error))
      },
    )
  }
  useSaveKey(save)
  return (
    <div className={css.views}>
      <nav className={css.tabs} aria-label={t`Views`}>
        <ViewTab label={t`All`} id={undefined} current={view === undefined} />
        {views.map((one) => (
          <ViewTab key={one.id} label={one.name} id={one.id} current={one === view} shared={one.shared} />
        ))}
      </nav>
      <div className={css.state} ref={menu}>
        {changed && view && <ChangedMark />}
        {changed && view?.can_change && (
          <Button kind="quiet" onPress={save}>
            <Trans>Save</Trans>
          </Button>
        )}
        {changed && view && (
          <Button kind="quiet" onPress={() => resetList(model)}>
            <Trans>Reset</Trans>
          </Button>
        )}
        {changed && !view?.can_change && (
          <Button kind="quiet" onPress={() => setAsked({ what: "new" })}>
            <Trans>Save as view</Trans>
          </Button>
        )}
        <ViewMenu model={model} state={state} onSave={save} onAsk={setAsked} />
      </div>
      {asked && (
        <ViewForms
          model={model}
          at={menu}
          asked={asked}
          state={state}
          onClose={() => setAsked(undefined)}
          onAgain={() => void refreshViews()}
        />
      )}
    </div>
  )
}

function ChangedMark() {
  return (
    <span className={css.changed}>
      <Trans>changed</Trans>
    </span>
  )
}

function ViewTab({
  label,
  id,
  current,
  shared = false,
}: {
  label: string
  id: View["id"] | undefined
  current: boolean
  shared?: boolean
}) {
  const { t } = useLingui()
  return (
    <Link
      to="."
      search={(id ? { view: id } : {}) as never}
      activeOptions={{ exact: true, includeSearch: true }}
      activeProps={{}}
      className={css.tab}
      aria-current={current ? "page" : undefined}
    >
      <bdi>{label}</bdi>
      {shared && <Users size={14} strokeWidth={1.5} aria-label={t`shared`} role="img" />}
    </Link>
  )
}

/** Ctrl+S saves how the list is looked at, unless a form has taken the key. */
function useSaveKey(save: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return
    const target = event.target
    if (target instanceof Element && target.closest("form, [role=dialog], [data-panel]")) return
    event.preventDefault()
    save()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event)
    document.addEventListener("keydown", listen)
    return () => document.removeEventListener("keydown", listen)
  }, [])
}
