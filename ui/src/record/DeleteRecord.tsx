import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { useState } from "react"
import { client } from "../app/client.ts"
import { type Collection, type Key, keyOf, type Row, useCollections } from "../app/collections.ts"
import { inSentence, isolated } from "../app/words.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Loading, Notice, Said } from "../parts/States.tsx"
import css from "./DeleteRecord.module.css"
import { recordPath } from "./read.ts"
import { restore, tellWithUndo } from "./undo.ts"

interface Effect {
  effect: string
  collection: string | null
  field: string | null
  count: number
  hidden: number
  examples: { key: Key; display: string | null }[]
}

/** Says what deleting would do to others, and does it. */
export function DeleteRecord({
  collection,
  row,
  onClose,
  onDeleted,
}: {
  collection: Collection
  row: Row
  onClose: () => void
  onDeleted: () => void
}) {
  const { t } = useLingui()
  const key = keyOf(collection, row)
  const name = isolated(row._display ?? `#${key}`)
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<unknown>()
  const impact = useQuery({
    queryKey: ["impact", collection.name, String(key)],
    queryFn: ({ signal }) =>
      client.get<{ blocked: boolean; effects: Effect[] }>(`${recordPath(collection.name, key)}impact/`, {
        signal,
      }),
    staleTime: 0,
    gcTime: 0,
  })
  const blocked = impact.data?.blocked ?? false
  const act = async () => {
    setPending(true)
    try {
      await client.delete(recordPath(collection.name, key), { ifMatch: row._v })
      onDeleted()
      tellWithUndo(t`${name} was deleted.`, () => restore(collection, key, { cascade: true }))
    } catch (error) {
      setRefused(error)
      setPending(false)
    }
  }
  return (
    <Dialog
      title={t`Delete ${name}?`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            <Trans>Keep it</Trans>
          </Button>
          {!blocked && impact.data && (
            <Button kind="danger" isPending={pending} onPress={() => void act()}>
              {t`Delete ${inSentence(collection.label)}`}
            </Button>
          )}
        </>
      }
    >
      {impact.isPending && <Loading lines={3} />}
      {impact.error && (
        <Notice kind="danger">
          <Said error={impact.error} />
        </Notice>
      )}
      {impact.data && <Effects effects={impact.data.effects} blocked={blocked} />}
      {refused !== undefined && (
        <Notice kind="danger">
          {refused instanceof ApiError && refused.status === 412 ? (
            <Trans>Somebody else has just changed it. Look at it again before you delete it.</Trans>
          ) : (
            <Said error={refused} />
          )}
        </Notice>
      )}
    </Dialog>
  )
}

function Effects({ effects, blocked }: { effects: readonly Effect[]; blocked: boolean }) {
  return (
    <>
      {blocked && (
        <Notice kind="warn">
          <Trans>It cannot be deleted as long as others need it. Change or delete those first.</Trans>
        </Notice>
      )}
      {effects.length === 0 && (
        <p>
          <Trans>Nothing else refers to it. It can be brought back later.</Trans>
        </p>
      )}
      <ul className={css.effects}>
        {effects.map((effect) => (
          <li key={`${effect.effect} ${effect.collection} ${effect.field}`}>
            <EffectLine effect={effect} />
          </li>
        ))}
      </ul>
      {!blocked && effects.length > 0 && (
        <p className={css.hint}>
          <Trans>All of it can be brought back together.</Trans>
        </p>
      )}
    </>
  )
}

function EffectLine({ effect: { effect, collection, count, examples } }: { effect: Effect }) {
  const { t } = useLingui()
  const known = useCollections().find((one) => one.name === collection)
  const what = known
    ? inSentence(count === 1 ? known.label : known.label_plural)
    : t`records out of your sight`
  const some = examples.flatMap(({ display }) => (display ? [isolated(display)] : [])).join(", ")
  return (
    <>
      {effect === "cascade" && (
        <Plural
          value={count}
          one={`# ${what} is deleted with it.`}
          other={`# ${what} are deleted with it.`}
        />
      )}
      {(effect === "protect" || effect === "restrict") && (
        <Plural value={count} one={`# ${what} needs it.`} other={`# ${what} need it.`} />
      )}
      {effect === "set_null" && (
        <Plural
          value={count}
          one={`# ${what} refers to nothing afterwards.`}
          other={`# ${what} refer to nothing afterwards.`}
        />
      )}
      {effect === "unlink" && (
        <Plural
          value={count}
          one={`# ${what} loses the link to it.`}
          other={`# ${what} lose the link to it.`}
        />
      )}
      {(effect === "set_default" || effect === "do_nothing") && (
        <Plural value={count} one={`# ${what} refers to it.`} other={`# ${what} refer to it.`} />
      )}
      {some && <span className={css.hint}> {some}</span>}
    </>
  )
}
