import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { Button } from "../parts/Button.tsx"
import { Said } from "../parts/States.tsx"
import { tell, tellFailure } from "../parts/toasts.ts"
import css from "./Access.module.css"
import type { DraftState } from "./draft.ts"

/** What is changed and not in force yet, and the ways on. */
export function DraftBar({ state }: { state: DraftState }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const discard = () =>
    state.discard((undo) => {
      const onPress = () => void undo().catch((error) => tellFailure(String(error.message)))
      tell(t`The draft is discarded.`, { label: t`Undo`, onPress })
    })
  const review = async () => {
    const stored = await state.stored().catch(() => undefined) // it is said in the bar
    if (stored) void navigate({ href: `/admin/schema/plan/${stored.id}` })
  }
  const { draft, changes, error, saved, saveAgain } = state
  if (!draft && saved && !error) return null
  const { access, others, unwritten } = changes
  return (
    <section className={css.draft} aria-live="polite" data-region>
      <div className={css.draftText}>
        <p>
          {access === 0 && others ? (
            <Trans>Your draft changes the schema. It is not applied.</Trans>
          ) : (
            <>
              <Plural value={access} one="# change, not applied" other="# changes, not applied" />
              {others && (
                <>
                  {" "}
                  <Trans>(and others of the schema)</Trans>
                </>
              )}
            </>
          )}
        </p>
        {unwritten > 0 && (
          <p className={css.warn}>
            <Plural
              value={unwritten}
              one="# rule is not written yet. Open its cell and write it."
              other="# rules are not written yet. Open their cells and write them."
            />
          </p>
        )}
        {draft?.moved && (
          <p className={css.warn}>
            <Trans>Another schema has come into force since the draft was begun.</Trans>
          </p>
        )}
        {(error || saveAgain) && (
          <p className={css.danger}>
            {saveAgain && <Trans>The draft is not saved.</Trans>} {error ? <Said error={error} /> : null}
          </p>
        )}
      </div>
      {(draft || saveAgain) && (
        <div className={css.draftActions}>
          {saveAgain && (
            <Button onPress={saveAgain}>
              <Trans>Save again</Trans>
            </Button>
          )}
          <Button kind="quiet" onPress={discard}>
            <Trans>Discard</Trans>
          </Button>
          {draft?.moved && (
            <Button onPress={state.rebase}>
              <Trans>Bring draft up to date</Trans>
            </Button>
          )}
          {draft && (
            <Button kind="primary" isDisabled={unwritten > 0} onPress={() => void review()}>
              <Trans>Review plan</Trans>
            </Button>
          )}
        </div>
      )}
    </section>
  )
}
