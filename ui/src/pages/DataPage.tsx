import { Trans, useLingui } from "@lingui/react/macro"
import { useParams } from "@tanstack/react-router"
import { type Collection, useCollection } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { Footer } from "../grid/Footer.tsx"
import { Grid } from "../grid/Grid.tsx"
import type { GridModel } from "../grid/model.ts"
import { useGridModel } from "../grid/useModel.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure } from "../parts/States.tsx"
import css from "./DataPage.module.css"

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
  return <CollectionPage key={collection.id} collection={collection} />
}

function CollectionPage({ collection }: { collection: Collection }) {
  const { model, search } = useGridModel(collection)
  return (
    <Page title={collection.label_plural} wide>
      <div className={css.beside}>
        <div className={css.list}>
          <Listed model={model} open={search.rec} />
          <Footer model={model} />
        </div>
      </div>
    </Page>
  )
}

function Listed({ model, open }: { model: GridModel; open: string | undefined }) {
  const failure = useStore(model.rows.failure)
  useStore(model.rows.version)
  if (failure && model.rows.length === 0) {
    return (
      <div className={css.state}>
        <Failure
          what={<Trans>The list did not load.</Trans>}
          error={failure}
          onRetry={() => model.rows.refresh()}
        />
      </div>
    )
  }
  if (model.rows.empty) return <Empty model={model} />
  return <Grid model={model} open={open} />
}

function Empty({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const { filter, q } = useStore(model.list)
  const { label_plural, add } = model.collection
  const many = label_plural.toLowerCase()
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
  return (
    <div className={css.state}>
      <Couplet
        first={<Trans>No {many} yet.</Trans>}
        second={add === "none" ? undefined : <Trans>Import a CSV, paste rows, or add the first.</Trans>}
      />
    </div>
  )
}
