import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate, useParams, useSearch } from "@tanstack/react-router"
import { Plus } from "lucide-react"
import { useState } from "react"
import { type Collection, keyOf, type Row, useCollection } from "../app/collections.ts"
import { inSentence } from "../app/words.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { BackToList } from "../record/BackToList.tsx"
import { newDraft } from "../record/layers.tsx"
import { NoCollection } from "../record/NoCollection.tsx"
import { RecordBody } from "../record/RecordBody.tsx"
import { recordQuery } from "../record/read.ts"
import { isFile, isMany, type Values, valueIn } from "../record/values.ts"

/** A new record: empty, like another one (`from`), or with some values (`set.author=3`). */
export function NewRecordPage() {
  const { collection: name } = useParams({ from: "/shell/data/$collection/new" })
  const search: { [name: string]: string | undefined } = useSearch({ from: "/shell/data/$collection/new" })
  const collection = useCollection(name)
  if (!collection) return <NoCollection name={name} />
  if (collection.add === "none") {
    return (
      <Page title={collection.label_plural}>
        <Couplet
          first={<Trans>You may not add {inSentence(collection.label_plural)}.</Trans>}
          second={<Trans>Ask an administrator for a role that may.</Trans>}
        />
      </Page>
    )
  }
  const values = Object.fromEntries(
    collection.fields.flatMap((field) => {
      const value = search[`set.${field.name}`]
      return value === undefined ? [] : [[field.name, isMany(field) ? value.split(",") : value]]
    }),
  )
  const key = `${collection.id} ${JSON.stringify(search)}`
  if (search.from) return <Copied key={key} collection={collection} from={search.from} values={values} />
  if (collection.view === "none") return <Adding key={key} collection={collection} values={values} />
  return <NewPage key={key} collection={collection} values={values} />
}

/** New records, one after the other, for those who may not look at them then. */
function Adding({ collection, values }: { collection: Collection; values: Values }) {
  const { t } = useLingui()
  const [added, setAdded] = useState<string>()
  if (added === undefined) {
    const onSaved = (row: Row) => setAdded(row._display || `#${keyOf(collection, row)}`)
    return <NewPage collection={collection} values={values} onSaved={onSaved} />
  }
  return (
    <Page title={t`New ${collection.label}`}>
      <Couplet
        first={
          <Trans>
            <bdi>{added}</bdi> is saved.
          </Trans>
        }
        second={<Trans>You may add {inSentence(collection.label_plural)}, but not view them.</Trans>}
      >
        <Button kind="primary" icon={Plus} autoFocus onPress={() => setAdded(undefined)}>
          {t`Add another ${inSentence(collection.label)}`}
        </Button>
      </Couplet>
    </Page>
  )
}

/** Waits for the record that it shall be like. What is unique and files are left out. */
function Copied({ collection, from, values }: { collection: Collection; from: string; values: Values }) {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(recordQuery(collection, from))
  if (!data) {
    return (
      <Page title={t`New ${collection.label}`}>
        {error ? (
          <Failure
            what={<Trans>The record did not load.</Trans>}
            error={error}
            onRetry={() => void refetch()}
          />
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  return <NewPage collection={collection} values={{ ...likeness(collection, data), ...values }} />
}

function likeness(collection: Collection, row: Row): Values {
  return Object.fromEntries(
    collection.fields
      .filter((field) => field.writable && !field.unique && !isFile(field) && field.name in row)
      .map((field) => [field.name, valueIn(row, field.name)]),
  )
}

function NewPage({
  collection,
  values,
  onSaved,
}: {
  collection: Collection
  values: Values
  /** Where it is not opened then. */
  onSaved?: (row: Row) => void
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [draft] = useState(() => newDraft(collection, "new", values))
  const params = { collection: collection.name }
  return (
    <RecordBody
      collection={collection}
      draft={draft}
      open={undefined}
      recordKey={undefined}
      tab={undefined}
      place="page"
      onSaved={(row) => {
        if (onSaved) return onSaved(row)
        void navigate({
          to: "/data/$collection/$id",
          params: { ...params, id: String(keyOf(collection, row)) },
          replace: true,
        })
      }}
      header={() => (
        <Page
          title={t`New ${collection.label}`}
          lead={collection.view !== "none" && <BackToList collection={collection} />}
        />
      )}
    />
  )
}
