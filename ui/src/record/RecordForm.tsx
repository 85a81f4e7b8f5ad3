import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { type ReactNode, useState } from "react"
import type { Collection, Field, Row } from "../app/collections.ts"
import { useStore } from "../app/store.ts"
import { inSentence } from "../app/words.ts"
import { Button } from "../parts/Button.tsx"
import { Notice, Said } from "../parts/States.tsx"
import type { Draft } from "./draft.ts"
import { FieldBox, maySet } from "./FieldBox.tsx"
import type { Create } from "./fields/control.ts"
import type { Person } from "./presence.ts"
import css from "./RecordForm.module.css"
import { conflictsOf } from "./save.ts"

export interface RecordFormProps {
  collection: Collection
  row: Row | undefined
  draft: Draft
  people: readonly Person[]
  onEditing: (field: string | undefined) => void
  onCreate: Create | undefined
  onSave: () => void
  /** The first field gets the focus: one came here to write. */
  focusFirst?: boolean
}

/** A record's fields, as the schema groups them, and below them what is not saved. */
export function RecordForm({
  collection,
  row,
  draft,
  people,
  onEditing,
  onCreate,
  onSave,
  focusFirst = false,
}: RecordFormProps) {
  return (
    <form
      ref={focusFirst ? toFirst : null}
      className={css.form}
      aria-label={collection.label}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!event.ctrlKey && !event.metaKey) return
        if (event.key.toLowerCase() !== "s" && event.key !== "Enter") return
        event.preventDefault()
        event.stopPropagation()
        onSave()
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it listens for where the focus is, for the others */}
      <div
        className={css.fields}
        onFocus={(event) => onEditing(fieldAt(event.target))}
        onBlur={() => onEditing(undefined)}
      >
        <Offer collection={collection} draft={draft} row={row} />
        <Conflicts draft={draft} row={row} />
        {groupsOf(collection, row).map(({ label, fields }) => (
          <Group key={label} label={label}>
            {fields.map((field) => (
              <FieldBox
                key={field.name}
                collection={collection}
                field={field}
                row={row}
                draft={draft}
                people={people}
                onCreate={onCreate}
              />
            ))}
          </Group>
        ))}
      </div>
      <SaveBar collection={collection} draft={draft} isNew={row === undefined} onSave={onSave} />
    </form>
  )
}

function toFirst(form: HTMLFormElement | null) {
  form?.querySelector<HTMLElement>("[data-field] :is(input, textarea, button)")?.focus()
}

function fieldAt(target: EventTarget): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>("[data-field]")?.dataset.field : undefined
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  if (!label) return <div className={css.group}>{children}</div>
  return (
    <section className={css.group} aria-label={label}>
      <h2 className={css.heading}>{label}</h2>
      {children}
    </section>
  )
}

/** The fields by their groups; those that belong to none come last. Of a new record only those that may be set. */
function groupsOf(collection: Collection, row: Row | undefined): { label: string; fields: Field[] }[] {
  const shown = collection.fields.filter((field) => (row ? field.name in row : maySet(field, row)))
  const groups = (collection.ui?.groups ?? []).map(({ label, fields }) => ({
    label,
    fields: fields.flatMap((name) => shown.filter((field) => field.name === name)),
  }))
  const grouped = new Set(groups.flatMap(({ fields }) => fields))
  const rest = shown.filter((field) => !grouped.has(field))
  const own = rest.filter((field) => field.writable)
  const fixed = rest.filter((field) => !field.writable)
  return [...groups, { label: "", fields: [...own, ...fixed] }].filter(({ fields }) => fields.length > 0)
}

/** What an earlier page left unsaved. */
function Offer({ collection, draft, row }: { collection: Collection; draft: Draft; row: Row | undefined }) {
  const offered = useStore(draft.offered)
  if (!offered) return null
  const names = Object.keys(offered.changes)
    .map((name) => collection.fields.find((field) => field.name === name)?.label ?? name)
    .join(", ")
  return (
    <Notice kind="warn">
      <p>
        <Trans>There are changes from before that were not saved: {names}.</Trans>
      </p>
      <div className={css.buttons}>
        <Button onPress={() => draft.takeUp(row?._v ?? "")}>
          <Trans>Take the changes up</Trans>
        </Button>
        <Button kind="quiet" onPress={() => draft.forget()}>
          <Trans>Throw them away</Trans>
        </Button>
      </div>
    </Notice>
  )
}

function Conflicts({ draft, row }: { draft: Draft; row: Row | undefined }) {
  useStore(draft.state)
  const count = conflictsOf(draft, row).length
  if (count === 0) return null
  return (
    <Notice kind="warn">
      <Plural
        value={count}
        one="Somebody else has changed # field that you are changing. Choose whose version it shall have."
        other="Somebody else has changed # fields that you are changing. Choose whose version each shall have."
      />
    </Notice>
  )
}

/** How much is not saved, and what to do with it. */
function SaveBar({
  collection,
  draft,
  isNew,
  onSave,
}: {
  collection: Collection
  draft: Draft
  isNew: boolean
  onSave: () => void
}) {
  const { t } = useLingui()
  const { changes, failure, saving } = useStore(draft.state)
  const [asked, setAsked] = useState(false)
  const count = Object.keys(changes).length
  if (count === 0 && !isNew) return null
  return (
    <div className={css.bar}>
      {failure !== undefined && (
        <div className={css.failure} role="alert">
          <Said error={failure} />
        </div>
      )}
      <div className={css.barLine}>
        <span role="status">
          {count > 0 && <Plural value={count} one="# unsaved field" other="# unsaved fields" />}
        </span>
        {count > 0 && (
          <Button
            kind="quiet"
            onPress={() => {
              if (asked || count === 1) draft.clear()
              setAsked(!asked && count > 1)
            }}
            onBlur={() => setAsked(false)}
          >
            {asked ? t`Discard ${count} changes` : t`Discard`}
          </Button>
        )}
        <Button kind="primary" isPending={saving} onPress={onSave}>
          {isNew ? t`Create ${inSentence(collection.label)}` : t`Save`}
        </Button>
      </div>
    </div>
  )
}
