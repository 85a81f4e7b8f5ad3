import { Trans, useLingui } from "@lingui/react/macro"
import { Navigate, useNavigate, useParams } from "@tanstack/react-router"
import { Plus, Upload } from "lucide-react"
import { type KeyboardEvent, lazy, Suspense } from "react"
import { type Collection, useCollection } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { inSentence } from "../app/words.ts"
import { useShown } from "../grid/cells/text.ts"
import { useClipboard } from "../grid/clipboard.ts"
import { Footer } from "../grid/Footer.tsx"
import { Grid } from "../grid/Grid.tsx"
import { Growing } from "../grid/Growing.tsx"
import { startRecord } from "../grid/keys.ts"
import { Missing } from "../grid/Missing.tsx"
import type { GridModel } from "../grid/model.ts"
import { PhoneList, useNarrow } from "../grid/PhoneList.tsx"
import { useAt, useGridModel } from "../grid/useModel.ts"
import { FileDrop } from "../import/FileDrop.tsx"
import { Button } from "../parts/Button.tsx"
import { takeFreeFocus } from "../parts/focus.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { SearchField } from "../toolbar/SearchField.tsx"
import { Toolbar } from "../toolbar/Toolbar.tsx"
import { ViewTabs } from "../toolbar/views/ViewTabs.tsx"
import css from "./DataPage.module.css"

// What is not needed for the list itself comes when it is.
const DataPanel = lazy(() => import("./DataPanel.tsx").then((m) => ({ default: m.DataPanel })))

/** A collection's records: the list, and beside it the record that is open. */
export function DataPage() {
  const { collection: name } = useParams({ from: "/shell/data/$collection" })
  const collection = useCollection(name)
  if (!collection) {
    return (
      <Page title={name}>
        <Couplet
          first={<Trans>There is no collection {name}.</Trans>}
          second={<Trans>It may have another name now, or you may not view it.</Trans>}
        />
      </Page>
    )
  }
  // Who may only add comes to where that is done.
  if (collection.view === "none")
    return <Navigate to="/data/$collection/new" params={{ collection: name }} replace />
  return <CollectionPage key={collection.id} collection={collection} />
}

function CollectionPage({ collection }: { collection: Collection }) {
  const { model, search } = useGridModel(collection)
  const narrow = useNarrow()
  useAt(model, search.at)
  return (
    <Page
      title={collection.label_plural}
      wide
      tabs={<ViewTabs model={model} />}
      actions={
        <>
          {!narrow && <SearchField model={model} />}
          {collection.add !== "none" && <NewButton model={model} narrow={narrow} />}
        </>
      }
    >
      <Toolbar model={model} />
      <div className={css.beside}>
        <FileDrop collection={collection} className={css.list}>
          <Listed model={model} open={search.rec} />
          <Missing model={model} />
          <Footer model={model} />
          <Growing label={collection.label_plural} />
        </FileDrop>
        {search.rec && (
          <Suspense fallback={null}>
            <DataPanel model={model} search={search} />
          </Suspense>
        )}
      </div>
    </Page>
  )
}

function NewButton({ model, narrow }: { model: GridModel; narrow: boolean }) {
  const { t } = useLingui()
  const label = t`New ${inSentence(model.collection.label)}`
  const open = () => startRecord(model)
  if (narrow) return <IconButton icon={Plus} label={label} onPress={open} />
  return (
    <Button kind="primary" icon={Plus} onPress={open}>
      {label}
    </Button>
  )
}

function Listed({ model, open }: { model: GridModel; open: string | undefined }) {
  const failures = useStore(model.rows.failures)
  const narrow = useNarrow()
  useStore(model.rows.version)
  if (model.rows.failed) {
    return (
      <div className={css.state}>
        <Failure
          what={<Trans>The list did not load.</Trans>}
          error={[...failures.values()][0]}
          onRetry={() => model.rows.refresh()}
        />
      </div>
    )
  }
  if (model.rows.empty) return <Empty model={model} />
  return (
    <>
      {narrow ? <PhoneList model={model} open={open} /> : <Grid model={model} open={open} />}
      {model.rows.length === 0 && <Waiting />}
    </>
  )
}

/** Neither rows nor how many there are is known yet. */
function Waiting() {
  return (
    <div className={css.waiting}>
      <Loading />
    </div>
  )
}

function Empty({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const { filter, q } = useStore(model.list)
  const { label_plural } = model.collection
  const many = inSentence(label_plural)
  if (filter || q) {
    return (
      <div className={css.state}>
        <Couplet
          first={<Trans>No {many} match.</Trans>}
          second={<Trans>Change the filter, or look at all of them.</Trans>}
        >
          <Button onPress={() => model.change({ filter: "", q: "", view: "" })}>{t`Show all ${many}`}</Button>
        </Couplet>
      </div>
    )
  }
  return <None model={model} />
}

/** A collection without records has the focus where its grid would have it, and the ways to a first record. */
function None({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const clipboard = useClipboard(model, useShown())
  const { name, label, label_plural, add } = model.collection
  const many = label_plural.toLowerCase()
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.shiftKey && startRecord(model)) event.preventDefault()
  }
  return (
    <section
      className={css.state}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: rows are pasted into what has the focus
      tabIndex={0}
      ref={takeFreeFocus}
      aria-label={label_plural}
      onKeyDown={onKeyDown}
      {...clipboard}
    >
      <Couplet
        first={<Trans>No {many} yet.</Trans>}
        second={add === "none" ? undefined : <Trans>Import a CSV, paste rows, or add the first.</Trans>}
      >
        {add !== "none" && (
          <>
            <Button
              icon={Upload}
              onPress={() =>
                void navigate({
                  to: "/data/$collection/import/$job",
                  params: { collection: name, job: "new" },
                })
              }
            >
              {t`Import a CSV`}
            </Button>
            <Button icon={Plus} onPress={() => startRecord(model)}>{t`Add ${label.toLowerCase()}`}</Button>
          </>
        )}
      </Couplet>
    </section>
  )
}
