import { plural } from "@lingui/core/macro"
import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { PencilLine } from "lucide-react"
import { type FormEvent, useState } from "react"
import type { Value } from "../../app/collections.ts"
import { useStore } from "../../app/store.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { PopoverButton } from "../../parts/Dialog.tsx"
import { Chooser } from "../../parts/Field.tsx"
import { Notice, Said } from "../../parts/States.tsx"
import { capitalized } from "../filter/paths.ts"
import css from "../Toolbar.module.css"
import { BulkValue, startValue } from "./BulkValue.tsx"
import { BulkWorking } from "./BulkWorking.tsx"
import { workingOf } from "./behind.ts"
import { bulk, type Outcome, refusalsOf } from "./bulk.ts"
import { Refusals } from "./Refusals.tsx"
import { useTellDone, useTellFailed } from "./useUndo.ts"

/** Gives one field of all that are chosen the same value: first it is tried, then done. */
export function BulkEdit({
  model,
  count,
  onOpen,
}: {
  model: GridModel
  count: number | null
  onOpen: (open: boolean) => void
}) {
  const { t } = useLingui()
  return (
    <PopoverButton
      label={t`Edit a field of the selected`}
      placement="bottom end"
      onOpenChange={onOpen}
      trigger={
        <Button icon={PencilLine}>
          <Trans>Edit a field</Trans>
        </Button>
      }
    >
      {(close) => <EditForm model={model} count={count} onClose={close} />}
    </PopoverButton>
  )
}

type Stage =
  | { at: "typing" }
  | { at: "working"; what: "trying" | "changing" }
  | { at: "tried"; outcome: Outcome }
  | { at: "failed"; error: unknown }

function EditForm({
  model,
  count,
  onClose,
}: {
  model: GridModel
  count: number | null
  onClose: () => void
}) {
  const { t } = useLingui()
  const [name, setName] = useState<string | null>(null)
  const [value, setValue] = useState<Value | undefined>()
  const [stage, setStage] = useState<Stage>({ at: "typing" })
  const done = useTellDone(model)
  const failed = useTellFailed(model)
  const fields = model.collection.fields.filter(
    (one) => one.writable && one.type !== "file" && one.type !== "image",
  )
  const field = fields.find((one) => one.name === name)
  const change = { set: { [name ?? ""]: value ?? null } }
  const tried = stage.at === "tried" ? stage.outcome : undefined
  const attempt = async () => {
    setStage({ at: "working", what: "trying" })
    try {
      const outcome = await bulk(model, change, { dry: true })
      setStage(outcome.cancelled ? { at: "typing" } : { at: "tried", outcome })
    } catch (error) {
      setStage({ at: "failed", error })
    }
  }
  const run = async (expected: number) => {
    setStage({ at: "working", what: "changing" })
    try {
      const outcome = await bulk(model, change, { expected })
      onClose()
      const label = capitalized(field?.label ?? "")
      done(
        t`${label} of ${plural(outcome.changed, { one: "# record", other: "# records" })} is changed.`,
        outcome,
      )
    } catch (error) {
      failed(error)
      setStage({ at: "failed", error })
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (stage.at === "working") return
    if (tried && tried.errors.length === 0) void run(tried.count)
    else if (value !== undefined) void attempt()
  }
  const put = (next: Value | undefined) => {
    setValue(next)
    setStage({ at: "typing" })
  }
  return (
    <form className={css.surface} onSubmit={submit}>
      <h2 className={css.title}>
        <Trans>Edit a field</Trans>
      </h2>
      <Chooser
        label={t`Field`}
        options={fields.map((one) => ({ id: one.name, label: capitalized(one.label) }))}
        value={name}
        autoFocus
        menuTrigger="input"
        onChange={(next) => {
          setName(next)
          put(startValue(fields.find((one) => one.name === next)))
        }}
      />
      {field && (
        <BulkValue
          key={field.name}
          collection={model.collection}
          field={field}
          value={value}
          onChange={put}
        />
      )}
      <StageText stage={stage} model={model} count={count} />
      {field && (
        <div className={css.bottom}>
          <Button
            type="submit"
            kind="primary"
            isPending={stage.at === "working"}
            isDisabled={value === undefined}
          >
            {tried && tried.errors.length === 0 ? (
              <Plural value={tried.count} one="Change # record" other="Change # records" />
            ) : (
              <Trans>Check the change</Trans>
            )}
          </Button>
        </div>
      )}
    </form>
  )
}

function StageText({ stage, model, count }: { stage: Stage; model: GridModel; count: number | null }) {
  const behind = useStore(workingOf(model)) !== undefined
  if (stage.at === "working") {
    if (behind) return <BulkWorking model={model} />
    return (
      <p className={css.note} aria-live="polite">
        {stage.what === "trying" ? (
          <Trans>Checking {count} records …</Trans>
        ) : (
          <Trans>Changing {count} records …</Trans>
        )}
      </p>
    )
  }
  if (stage.at === "failed") {
    const refusals = refusalsOf(stage.error)
    return (
      <Notice kind="danger">
        <Said error={stage.error} />
        <Refusals model={model} refusals={refusals} />
      </Notice>
    )
  }
  if (stage.at !== "tried") return null
  const { outcome } = stage
  const refused = outcome.errors.length
  if (refused === 0) {
    return (
      <Notice kind="ok">
        <Plural value={outcome.count} one="# record can be changed." other="All # records can be changed." />
      </Notice>
    )
  }
  return (
    <Notice kind="danger">
      <Plural
        value={refused}
        one="# record would be refused, so nothing would change."
        other="# records would be refused, so nothing would change."
      />
      <Refusals model={model} refusals={outcome.errors} />
    </Notice>
  )
}
