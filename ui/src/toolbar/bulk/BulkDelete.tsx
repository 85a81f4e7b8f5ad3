import { plural } from "@lingui/core/macro"
import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useCollections } from "../../app/collections.ts"
import { inSentence, isolated } from "../../app/words.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { Dialog } from "../../parts/Dialog.tsx"
import { Failure, Loading, Notice, Said } from "../../parts/States.tsx"
import { formatLocale } from "../../parts/Time.tsx"
import css from "../Toolbar.module.css"
import { BulkWorking } from "./BulkWorking.tsx"
import { bulk, type Impact, impact, refusalsOf } from "./bulk.ts"
import { Refusals } from "./Refusals.tsx"
import { selectionOf } from "./selection.ts"
import { useTellDone, useTellFailed } from "./useUndo.ts"

/** Deletes what is chosen, once it is said what that does to other records. */
export function BulkDelete({ model, onClose }: { model: GridModel; onClose: () => void }) {
  const { t, i18n } = useLingui()
  const { collection } = model
  const [selection] = useState(() => selectionOf(model))
  const [failed, setFailed] = useState<unknown>()
  const [pending, setPending] = useState(false)
  const done = useTellDone(model)
  const tellFailed = useTellFailed(model)
  const query = useQuery({
    queryKey: ["impact", collection.name, selection],
    queryFn: () => impact(collection.name, selection),
    gcTime: 0,
    staleTime: 0,
  })
  const found = query.data
  const what = (count: number) =>
    `${count.toLocaleString(formatLocale(i18n.locale))} ${inSentence(count === 1 ? collection.label : collection.label_plural)}`
  const run = async (expected: number) => {
    setPending(true)
    setFailed(undefined)
    try {
      const outcome = await bulk(model, { delete: true }, { expected })
      onClose()
      done(t`${what(outcome.changed)} deleted.`, outcome)
    } catch (error) {
      tellFailed(error)
      setFailed(error)
      setPending(false)
    }
  }
  return (
    <Dialog
      title={found ? t`Delete ${what(found.count)}` : t`Delete ${collection.label_plural}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{found?.blocked || pending ? t`Close` : t`Do not delete`}</Button>
          {found && !found.blocked && found.count > 0 && (
            <Button kind="danger" isPending={pending} onPress={() => void run(found.count)}>
              {pending ? t`Deleting ${what(found.count)} …` : t`Delete ${what(found.count)}`}
            </Button>
          )}
        </>
      }
    >
      {query.isPending && <Loading lines={3} />}
      {query.error && (
        <Failure
          what={<Trans>It is not known what deleting would do.</Trans>}
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {found && <Effects found={found} />}
      {pending && <BulkWorking model={model} />}
      {failed !== undefined && (
        <Notice kind="danger">
          <Said error={failed} />
          <Refusals model={model} refusals={refusalsOf(failed)} />
        </Notice>
      )}
    </Dialog>
  )
}

function Effects({ found }: { found: Impact }) {
  if (found.effects.length === 0) {
    return (
      <p>
        <Trans>
          No other record refers to what is deleted. It can be brought back from the deleted records.
        </Trans>
      </p>
    )
  }
  return (
    <>
      <p>
        {found.blocked ? (
          <Trans>Nothing can be deleted while other records need it:</Trans>
        ) : (
          <Trans>What becomes of other records:</Trans>
        )}
      </p>
      <ul className={css.effects}>
        {found.effects.map((effect) => (
          <li key={`${effect.effect}${effect.collection}${effect.field}`}>
            <EffectText effect={effect} />
          </li>
        ))}
      </ul>
    </>
  )
}

function EffectText({
  effect: { effect, collection, count, hidden, examples },
}: {
  effect: Impact["effects"][number]
}) {
  const { t } = useLingui()
  const known = useCollections().find((one) => one.name === collection)
  const records = plural(count, { one: "# record", other: "# records" })
  const whose = known
    ? `${count} ${count === 1 ? known.label : known.label_plural}`
    : t`${records} that you may not view`
  const said = {
    cascade: t`${whose}: deleted as well`,
    protect: t`${whose}: must go first`,
    restrict: t`${whose}: must go first`,
    set_null: t`${whose}: stay, and refer to nothing`,
    set_default: t`${whose}: stay, and refer to the default`,
    do_nothing: t`${whose}: stay as they are`,
    unlink: t`${whose}: no longer linked`,
  }
  const names = examples.map(({ key, display }) => isolated(display ?? `#${key}`)).join(", ")
  return (
    <>
      {said[effect]}
      {names && (
        <span className={css.note}>
          {" "}
          {names}
          {count > examples.length ? " …" : ""}
        </span>
      )}
      {hidden > 0 && known && (
        <span className={css.note}>
          {" "}
          <Plural
            value={hidden}
            one="# of them is not in your sight."
            other="# of them are not in your sight."
          />
        </span>
      )}
    </>
  )
}
