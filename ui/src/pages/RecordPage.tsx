import { useLingui } from "@lingui/react/macro"
import { useNavigate, useParams, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { type Collection, useCollection } from "../app/collections.ts"
import { Page, TabLinks } from "../parts/Page.tsx"
import { BackToList } from "../record/BackToList.tsx"
import { Draft } from "../record/draft.ts"
import { NoCollection } from "../record/NoCollection.tsx"
import { RecordActions, useTabs } from "../record/RecordActions.tsx"
import { RecordBody } from "../record/RecordBody.tsx"
import { useOpenRecord } from "../record/useOpenRecord.ts"

/** A record as a page. */
export function RecordPage() {
  const { collection: name, id } = useParams({ from: "/shell/data/$collection/$id" })
  const collection = useCollection(name)
  if (!collection) return <NoCollection name={name} />
  return <OpenPage key={`${collection.id} ${id}`} collection={collection} recordKey={id} />
}

function OpenPage({ collection, recordKey }: { collection: Collection; recordKey: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const { tab } = useSearch({ from: "/shell/data/$collection/$id" })
  const [draft] = useState(() => new Draft(collection.id, recordKey))
  const open = useOpenRecord(collection, recordKey)
  const tabs = useTabs(collection)
  const params = { collection: collection.name }
  return (
    <RecordBody
      collection={collection}
      draft={draft}
      open={open}
      recordKey={recordKey}
      tab={tab}
      place="page"
      header={(people) => (
        <Page
          title={open.row?._display || `${collection.label} ${recordKey}`}
          lead={<BackToList collection={collection} />}
          tabs={open.gone ? undefined : <TabLinks label={t`Parts of the record`} tabs={tabs} current={tab} />}
          actions={
            <>
              {people}
              {open.row && !open.gone && (
                <RecordActions
                  collection={collection}
                  row={open.row}
                  draft={draft}
                  onDeleted={() => void navigate({ to: "/data/$collection", params })}
                />
              )}
            </>
          }
        />
      )}
    />
  )
}
