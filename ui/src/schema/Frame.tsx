import { Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import type { KeyboardEvent, ReactNode } from "react"
import { useTopic } from "../app/live.ts"
import { Page } from "../parts/Page.tsx"
import { DraftBar } from "./DraftBar.tsx"
import css from "./Frame.module.css"
import { useWork } from "./work.ts"

/** Opens the plan of the draft once all of it is saved. */
export function useReview(): () => Promise<void> {
  const work = useWork()
  const navigate = useNavigate()
  return async () => {
    await work.flush()
    const { draft, saving } = work.state.get()
    if (draft && saving === "saved")
      await navigate({ to: "/schema/plan/$draft", params: { draft: draft.id } })
  }
}

/** A screen of the designer: its content, and below it the draft that changes gather in. */
export function SchemaFrame({
  title,
  tabs,
  actions,
  children,
  panel,
}: {
  title: string
  tabs?: ReactNode
  actions?: ReactNode
  children: ReactNode
  panel?: ReactNode
}) {
  const { t } = useLingui()
  const work = useWork()
  const review = useReview()
  useTopic<{ version: string }>("schema", ({ version }) => void work.refresh(version))
  const onKeyDown = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey
    if (mod && event.key === "Enter") {
      event.preventDefault()
      void review()
    } else if (
      mod &&
      event.key === "z" &&
      !(event.target instanceof HTMLInputElement) &&
      !(event.target instanceof HTMLTextAreaElement)
    ) {
      event.preventDefault()
      work.undo()
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that hold for the whole screen
    <div className={css.frame} onKeyDown={onKeyDown}>
      <Page
        title={title}
        {...(title === t`Schema` ? {} : { area: t`Schema` })}
        tabs={tabs}
        actions={actions}
        wide
      >
        <div className={css.beside}>
          <div className={css.main}>{children}</div>
          {panel}
        </div>
        <DraftBar label={t`Draft`} onReview={review} />
      </Page>
    </div>
  )
}

/** Where there is no such thing in the draft. */
export function Missing({ name }: { name: string }) {
  return <Trans>There is no collection {name}.</Trans>
}
