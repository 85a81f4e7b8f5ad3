import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { ChevronDown, Undo2 } from "lucide-react"
import { useState } from "react"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Menu } from "../parts/Menu.tsx"
import { Said } from "../parts/States.tsx"
import { tell, tellFailure } from "../parts/toasts.ts"
import { changesBetween } from "./changes.ts"
import { DraftSettings } from "./DraftSettings.tsx"
import css from "./Frame.module.css"
import { draftsQuery, useWork, useWorkState, type WorkState } from "./work.ts"

/** How much is changed and not applied, whether it is saved, and what can be done with it. */
export function DraftBar({ label, onReview }: { label: string; onReview: () => Promise<void> }) {
  const { t } = useLingui()
  const work = useWork()
  const state = useWorkState()
  const [asking, setAsking] = useState(false)
  const discarding = useMutation({
    mutationFn: () => work.discard(),
    onSuccess: () => {
      setAsking(false)
      tell(t`The draft is discarded.`)
    },
  })
  const { draft, force, document, past } = state
  const others = <Drafts />
  if (!draft && document === force.document) return others
  const moved = draft?.moved === true
  const count = changesBetween(force.document, document).length
  return (
    <section className={css.bar} aria-label={label}>
      <p className={css.count}>
        {moved ? (
          <Trans>The schema in force is another one now.</Trans>
        ) : (
          <Plural value={count} _0="No changes" one="# change, not applied" other="# changes, not applied" />
        )}
      </p>
      <p className={css.saved} role="status">
        <Saving state={state} />
      </p>
      {state.saving === "overtaken" && (
        <>
          <Button onPress={() => void work.open(draft?.id ?? "").catch(failed)}>
            <Trans>Take theirs</Trans>
          </Button>
          <Button onPress={() => void work.keepMine().catch(failed)}>
            <Trans>Keep mine</Trans>
          </Button>
        </>
      )}
      {state.saving === "failed" && (
        <Button onPress={() => void work.flush()}>
          <Trans>Save again</Trans>
        </Button>
      )}
      <div className={css.end}>
        {others}
        {past.length > 0 && (
          <IconButton icon={Undo2} label={t`Undo`} keys="Ctrl+Z" onPress={() => work.undo()} />
        )}
        <Button kind="quiet" onPress={() => setAsking(true)}>
          <Trans>Discard</Trans>
        </Button>
        <Button kind="primary" onPress={() => void onReview()}>
          {moved ? <Trans>Rebase the draft</Trans> : <Trans>Review plan</Trans>}
        </Button>
      </div>
      <Dialog
        title={t`Discard the draft?`}
        isOpen={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onPress={() => setAsking(false)}>
              <Trans>Keep the draft</Trans>
            </Button>
            <Button kind="danger" isPending={discarding.isPending} onPress={() => discarding.mutate()}>
              <Trans>Discard the draft</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Plural value={count} one="# change is lost." other="# changes are lost." />{" "}
          <Trans>The schema in force stays as it is.</Trans>
        </p>
        {discarding.error && (
          <p role="alert">
            <Said error={discarding.error} />
          </p>
        )}
      </Dialog>
    </section>
  )
}

function failed(error: unknown): void {
  tellFailure(error instanceof Error ? error.message : String(error))
}

function Saving({ state: { saving, error } }: { state: WorkState }) {
  if (saving === "saved") return <Trans>Draft saved</Trans>
  if (saving === "overtaken") return <Trans>Somebody else has changed this draft meanwhile.</Trans>
  if (saving === "failed") {
    return (
      <>
        <Trans>The draft is not saved.</Trans> <Said error={error} />
      </>
    )
  }
  return <Trans>Saving…</Trans>
}

/** The other drafts that one may open, where there are any, and the settings of this one. */
function Drafts() {
  const { t } = useLingui()
  const me = useMe()
  const work = useWork()
  const { draft } = useWorkState()
  const [settings, setSettings] = useState(false)
  const list = useQuery(draftsQuery).data ?? []
  const others = list.filter(({ id }) => id !== draft?.id)
  if (!draft && others.length === 0) return null
  const menu = (
    <Menu
      label={t`Drafts`}
      placement="top end"
      trigger={
        <Button kind="quiet" icon={ChevronDown}>
          {draft ? draft.name || t`Draft` : t`Drafts`}
        </Button>
      }
      sections={[
        {
          heading: t`Drafts`,
          items: others.map(({ id, name, owner, shared }) => ({
            id,
            label: name || t`Draft`,
            note: owner === me.id ? (shared ? t`Yours, shared` : t`Yours`) : t`Shared with you`,
            onAction: () => void work.open(id).catch(failed),
          })),
        },
        draft && {
          items: [
            { id: "settings", label: t`Name and sharing`, onAction: () => setSettings(true) },
            {
              id: "none",
              label: t`Put it aside`,
              note: t`It stays in this list.`,
              onAction: () => work.take(undefined),
            },
          ],
        },
      ]}
    />
  )
  return (
    <>
      {draft ? (
        menu
      ) : (
        <section className={css.bar} aria-label={t`Drafts`}>
          {menu}
        </section>
      )}
      {settings && draft && <DraftSettings onClose={() => setSettings(false)} />}
    </>
  )
}
