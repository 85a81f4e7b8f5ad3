import { Trans } from "@lingui/react/macro"
import type { GridModel } from "../../grid/model.ts"
import { Notice } from "../../parts/States.tsx"
import { useViews } from "./useViews.ts"

/** What does not fit about the view that is open: it is gone, or the schema has changed under it. */
export function ViewNotice({ model }: { model: GridModel }) {
  const { view, missing } = useViews(model)
  if (missing) {
    return (
      <Notice kind="warn">
        <Trans>This view is not there any more, or not shared with you. All records are shown.</Trans>
      </Notice>
    )
  }
  const said = Object.values(view?.errors ?? {}).flat()
  if (!view || said.length === 0) return null
  const messages = said.map(({ message, suggestion }) => [message, suggestion].filter(Boolean).join(" "))
  return (
    <Notice kind="warn">
      <Trans>
        The view {view.name} does not fit the schema any more: {messages.join(" ")} Change it and save it
        again.
      </Trans>
    </Notice>
  )
}
