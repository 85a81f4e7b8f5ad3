import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate, useParams, useSearch } from "@tanstack/react-router"
import { type Collection, useCollection } from "../app/collections.ts"
import { statusOf } from "../app/form.ts"
import { Page } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { sniffQuery } from "./api.ts"
import { CheckStep } from "./CheckStep.tsx"
import { type Answers, mappingOf, orderOf, rulesOf } from "./choices.ts"
import { FileStep } from "./FileStep.tsx"
import css from "./Import.module.css"
import { ImportJob } from "./ImportJob.tsx"
import { MapStep } from "./MapStep.tsx"
import { RecentImports } from "./RecentImports.tsx"
import { ImportSteps } from "./Steps.tsx"

const route = "/shell/data/$collection/import/$job"

/** The way of a file into a collection. All that was chosen stands in the address. */
export function ImportPage() {
  const { t } = useLingui()
  const { collection: name, job } = useParams({ from: route })
  const collection = useCollection(name)
  if (!collection || (collection.add === "none" && collection.change === "none")) {
    return (
      <Page title={t`Import`}>
        <Couplet
          first={<Trans>There is no collection {name} that you may import into.</Trans>}
          second={<Trans>Importing takes the right to add or to change records.</Trans>}
        />
      </Page>
    )
  }
  return job === "new" ? (
    <NewImport collection={collection} />
  ) : (
    <ImportJob key={job} id={job} collection={collection} />
  )
}

function NewImport({ collection }: { collection: Collection }) {
  const { t } = useLingui()
  const answers = useSearch({ from: route })
  const { upload, check } = answers
  const checking = answers.step === "check" && upload !== undefined && check !== undefined
  const navigate = useNavigate({ from: "/data/$collection/import/$job" })
  const current = checking ? 2 : upload ? 1 : 0
  return (
    <Page title={t`Import into ${collection.label_plural}`} tabs={<ImportSteps current={current} />}>
      {upload ? (
        <WithFile
          collection={collection}
          upload={upload}
          answers={answers}
          check={checking ? check : undefined}
        />
      ) : (
        <>
          <FileStep onSent={(sent) => void navigate({ search: { upload: sent }, replace: true })} />
          <RecentImports collection={collection.name} />
        </>
      )}
    </Page>
  )
}

/** What follows once a file is on the server: its columns, then its check. */
function WithFile({
  collection,
  upload,
  answers,
  check,
}: {
  collection: Collection
  upload: string
  answers: Answers
  check: string | undefined
}) {
  const file = useQuery(sniffQuery(upload, collection.name))
  const navigate = useNavigate({ from: "/data/$collection/import/$job" })
  const another = () => void navigate({ search: {} })
  if (file.error) {
    return (
      <div className={css.stack}>
        <Failure
          what={<Trans>The file cannot be read.</Trans>}
          error={file.error}
          {...(statusOf(file.error) === 400 ? {} : { onRetry: () => void file.refetch() })}
        />
        <FileStep onSent={(sent) => void navigate({ search: { upload: sent }, replace: true })} />
      </div>
    )
  }
  if (!file.data) return <Loading />
  const mapping = mappingOf(file.data, answers)
  const rules = rulesOf(collection, mapping, answers)
  if (check) {
    return (
      <CheckStep
        id={check}
        order={orderOf(upload, collection, mapping, rules)}
        onBack={() => void navigate({ search: (now) => ({ ...now, step: undefined, check: undefined }) })}
        onAnother={another}
        onBegun={(job) =>
          void navigate({
            params: { collection: collection.name, job },
            search: (now) => ({ ...now, step: "run", check: undefined }),
            replace: true,
          })
        }
      />
    )
  }
  return (
    <MapStep
      collection={collection}
      upload={upload}
      file={file.data}
      answers={answers}
      onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true })}
      onAnother={another}
      onChecking={(id) => void navigate({ search: (now) => ({ ...now, step: "check", check: id }) })}
    />
  )
}
