import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { client } from "../app/client.ts"
import { statusOf } from "../app/form.ts"
import { Page } from "../parts/Page.tsx"
import { Failure, Loading } from "../parts/States.tsx"
import { sniffQuery } from "./api.ts"
import { FileStep } from "./FileStep.tsx"
import css from "./Import.module.css"
import { NewCollectionForm } from "./NewCollectionForm.tsx"
import type { SchemaDocument } from "./proposal.ts"
import { Steps } from "./Steps.tsx"

/** A collection made from a file: its fields guessed, its rows imported. */
export function NewFromFilePage() {
  const { t } = useLingui()
  const { upload } = useSearch({ from: "/shell/start/csv" })
  return (
    <Page
      title={t`New collection from a file`}
      tabs={<Steps names={[t`File`, t`Fields`, t`Import`]} current={upload ? 1 : 0} />}
    >
      {upload ? <WithFile upload={upload} /> : <Choose />}
    </Page>
  )
}

function Choose() {
  const navigate = useNavigate()
  return <FileStep onSent={(upload) => void navigate({ to: "/start/csv", search: { upload } })} />
}

function WithFile({ upload }: { upload: string }) {
  const file = useQuery(sniffQuery(upload))
  const schema = useQuery({
    queryKey: ["schema", "document"],
    queryFn: ({ signal }) => client.get<{ document: SchemaDocument }>("/api/_/schema/", { signal }),
    staleTime: 0,
  })
  if (file.error) {
    return (
      <div className={css.stack}>
        <Failure
          what={<Trans>The file cannot be read.</Trans>}
          error={file.error}
          {...(statusOf(file.error) === 400 ? {} : { onRetry: () => void file.refetch() })}
        />
        <Choose />
      </div>
    )
  }
  if (schema.error) {
    return (
      <Failure
        what={<Trans>The schema did not load.</Trans>}
        error={schema.error}
        onRetry={() => void schema.refetch()}
      />
    )
  }
  if (!file.data?.proposed || !schema.data) return <Loading />
  return (
    <NewCollectionForm
      key={upload}
      upload={upload}
      file={file.data}
      proposed={file.data.proposed}
      document={schema.data.document}
    />
  )
}
