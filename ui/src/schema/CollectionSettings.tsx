import { useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { Commit } from "./Commit.tsx"
import { nameFor, partOf, withAt } from "./document.ts"
import { renameCollection } from "./names.ts"
import { OptionForm } from "./OptionForm.tsx"
import { collectionOptions } from "./options.ts"
import css from "./Schema.module.css"
import { useWork, useWorkState } from "./work.ts"

/** What belongs to a collection as a whole. */
export function CollectionSettings({ collection }: { collection: string }) {
  const { t } = useLingui()
  const work = useWork()
  const navigate = useNavigate()
  const { document } = useWorkState()
  const rename = (typed: string) => {
    const next = nameFor(typed)
    if (!next) return t`A collection needs a name.`
    if (next === collection) return undefined
    if (Object.hasOwn(document.collections, next)) return t`There is a collection ${next} already.`
    work.edit((before) => renameCollection(before, collection, next))
    void navigate({
      to: "/schema/$collection",
      params: { collection: next },
      search: { tab: "settings" },
      replace: true,
    })
    return undefined
  }
  return (
    <div className={css.content}>
      <div className={css.form}>
        <Commit
          aside
          mono
          label={t`Name`}
          help={t`Another name keeps the records. Relations and resources follow.`}
          value={collection}
          take={rename}
        />
        <OptionForm
          groups={collectionOptions}
          def="collection"
          path={`collections.${collection}`}
          part={partOf(document.collections, collection)}
          collection={collection}
          onChange={(next) => work.edit((before) => withAt(before, ["collections", collection], next))}
        />
      </div>
    </div>
  )
}
