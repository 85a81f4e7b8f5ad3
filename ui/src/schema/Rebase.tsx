import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { Radio, RadioGroup } from "react-aria-components"
import { client } from "../app/client.ts"
import type { Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Page } from "../parts/Page.tsx"
import { Failure, Loading, Notice, Said } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import css from "./Plan.module.css"
import { written } from "./values.ts"
import { type Draft, useWork } from "./work.ts"

interface Conflict {
  path: string
  base?: Value
  mine?: Value
  theirs?: Value
}

interface Rebased {
  conflicts: Conflict[]
  draft: Draft | null
}

type Side = "mine" | "theirs"

/** The schema has moved below a draft: its changes go onto the one in force, and where both changed one place, somebody says which holds. */
export function Rebase({ draft }: { draft: Draft }) {
  const { t } = useLingui()
  const work = useWork()
  const path = `/api/_/schema/drafts/${draft.id}/rebase/`
  const [resolve, setResolve] = useState<{ [path: string]: Side }>({})
  const checked = useQuery({
    queryKey: ["schema", "rebase", draft.id, draft.version, work.state.get().force.hash],
    queryFn: () => client.post<Rebased>(path, { check: true }),
    gcTime: 0,
  })
  const rebasing = useMutation({
    mutationFn: () => client.post<Rebased>(path, { resolve }, { ifMatch: String(draft.version) }),
    onSuccess: ({ draft: next }) => {
      if (!next) return
      work.take(next)
      tell(t`The draft is based on the schema in force.`)
    },
  })
  const conflicts = checked.data?.conflicts ?? []
  const open = conflicts.filter((one) => !resolve[one.path]).length
  return (
    <Page
      title={t`Rebase the draft`}
      actions={
        <Link to="/schema" className={css.back}>
          <Trans>Back to the schema</Trans>
        </Link>
      }
    >
      <p>
        <Trans>
          Somebody has changed the schema since this draft was begun. Your changes are put onto theirs.
        </Trans>
      </p>
      {checked.error ? (
        <Failure
          what={<Trans>The two were not compared.</Trans>}
          error={checked.error}
          onRetry={() => void checked.refetch()}
        />
      ) : !checked.data ? (
        <Loading />
      ) : (
        <>
          <p>
            <Plural
              value={conflicts.length}
              _0="No place was changed by both."
              one="# place was changed by both: choose which holds."
              other="# places were changed by both: choose which holds."
            />
          </p>
          {conflicts.map((conflict) => (
            <Choice
              key={conflict.path}
              conflict={conflict}
              value={resolve[conflict.path]}
              onChange={(side) => setResolve({ ...resolve, [conflict.path]: side })}
            />
          ))}
          {rebasing.error && (
            <Notice kind="danger">
              <Said error={rebasing.error} />
            </Notice>
          )}
          <p>
            <Button
              kind="primary"
              isDisabled={open > 0}
              isPending={rebasing.isPending}
              onPress={() => rebasing.mutate()}
            >
              <Trans>Rebase the draft</Trans>
            </Button>
          </p>
        </>
      )}
    </Page>
  )
}

function Choice({
  conflict,
  value,
  onChange,
}: {
  conflict: Conflict
  value: Side | undefined
  onChange: (side: Side) => void
}) {
  const { t } = useLingui()
  const { path, base, mine, theirs } = conflict
  const side = (id: Side, label: string, shown: Value | undefined) => (
    <Radio value={id} className={css.side2 ?? ""}>
      <span className={css.radio} aria-hidden />
      <span>{label}</span>
      <code className={css.value}>{shown === undefined ? t`deleted` : written(shown)}</code>
    </Radio>
  )
  return (
    <RadioGroup
      className={css.conflict ?? ""}
      aria-label={path}
      value={value ?? null}
      onChange={(next) => onChange(next as Side)}
    >
      <p>
        <code>{path}</code>{" "}
        <span className={css.samples}>
          {base === undefined ? t`It was not there before.` : t`It was ${written(base)}.`}
        </span>
      </p>
      {side("mine", t`Mine`, mine)}
      {side("theirs", t`Theirs`, theirs)}
    </RadioGroup>
  )
}
