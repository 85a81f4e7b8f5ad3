import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { client } from "../app/client.ts"
import { refreshCollections } from "../app/collections.ts"
import type { SchemaStep } from "../app/revert.ts"
import { refreshMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import { Notice, Said } from "../parts/States.tsx"
import { begin, type Proposal, type Sniffed } from "./api.ts"
import css from "./Import.module.css"
import { NewFields } from "./NewFields.tsx"
import { columnsOf, type NewCollection, proposedOf, type SchemaDocument, withCollection } from "./proposal.ts"
import { StepForm } from "./StepForm.tsx"

interface Plan {
  hash: string
  document: SchemaDocument
  steps: SchemaStep[] | null
  errors: { path: string; message: string; suggestion?: string }[] | null
}

/** The collection to be, to be changed; then its plan; then it is made and filled. */
export function NewCollectionForm({
  upload,
  file,
  proposed,
  document,
}: {
  upload: string
  file: Sniffed
  proposed: Proposal
  document: SchemaDocument
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [wanted, setWanted] = useState(() => proposedOf(file, proposed, document))
  const plan = useMutation({
    mutationFn: () =>
      client.post<Plan>("/api/_/schema/plan/", {
        document: withCollection(document, file, proposed, wanted),
      }),
  })
  const make = useMutation({
    mutationFn: async ({ hash, document: planned }: Plan) => {
      await client.post("/api/_/schema/apply/", { document: planned, hash, consent: [] })
      await Promise.all([refreshMe(), refreshCollections()])
      return begin({ upload, collection: wanted.name, columns: columnsOf(file, wanted) })
    },
    onSuccess: ({ id, collection }) =>
      navigate({
        to: "/data/$collection/import/$job",
        params: { collection, job: id },
        search: { step: "run", upload, columns: JSON.stringify(columnsOf(file, wanted)) },
      }),
  })
  const change = (next: NewCollection) => {
    plan.reset()
    make.reset()
    setWanted(next)
  }
  const taken = Object.hasOwn(document.collections ?? {}, wanted.name)
  const mistakes = plan.data?.errors ?? []
  const own = `collections.${wanted.name}`
  const ready = plan.data && mistakes.length === 0
  const submit = () => {
    if (taken || wanted.name === "" || plan.isPending || make.isPending) return
    if (ready) make.mutate(plan.data)
    else plan.mutate()
  }
  return (
    <StepForm label={t`Fields`} onSubmit={submit}>
      <TextField
        label={t`Name of the collection`}
        value={wanted.name}
        onChange={(name) => change({ ...wanted, name })}
        errors={
          taken
            ? [t`There is a collection of this name.`]
            : mistakes.filter(({ path }) => path === own).map(said)
        }
        mono
      />
      <Part title={t`Fields`} help={<Guessed file={file} />}>
        <NewFields
          file={file}
          fields={wanted.fields}
          errors={(name) => mistakes.filter(({ path }) => path.startsWith(`${own}.fields.${name}`)).map(said)}
          onChange={(fields) => change({ ...wanted, fields })}
        />
      </Part>
      {mistakes
        .filter(({ path }) => path !== own && !path.startsWith(`${own}.fields.`))
        .map((mistake) => (
          <Notice key={mistake.path} kind="danger">
            {mistake.path}: {said(mistake)}
          </Notice>
        ))}
      {ready && <Sentences steps={plan.data.steps ?? []} file={file} />}
      {(plan.error ?? make.error) && (
        <Notice kind="danger">
          <Said error={plan.error ?? make.error} />
        </Notice>
      )}
      <div className={css.actions}>
        <Button type="submit" kind="primary" isPending={plan.isPending || make.isPending}>
          {ready ? <Trans>Make the collection and import</Trans> : <Trans>Review the plan</Trans>}
        </Button>
        <Button onPress={() => void navigate({ to: "/start/csv", search: {} })}>
          <Trans>Choose another file</Trans>
        </Button>
      </div>
    </StepForm>
  )
}

function said({ message, suggestion }: { message: string; suggestion?: string }): string {
  return suggestion ? `${message} ${suggestion}` : message
}

function Guessed({ file }: { file: Sniffed }) {
  return (
    <Plural
      value={file.examined}
      one="Names and types are guessed from # row. Change what is wrong."
      other="Names and types are guessed from # rows. Change what is wrong."
    />
  )
}

/** What is about to be done, in sentences. */
function Sentences({ steps, file }: { steps: SchemaStep[]; file: Sniffed }) {
  const { t } = useLingui()
  return (
    <Part title={t`Plan`}>
      <ol className={css.sentences}>
        {steps.map(({ id, sentence }) => (
          <li key={id}>{sentence}</li>
        ))}
        <li>
          {file.more ? (
            <Trans>Import all rows of the file.</Trans>
          ) : (
            <Plural value={file.examined} one="Import # row." other="Import # rows." />
          )}
        </li>
      </ol>
    </Part>
  )
}
