import { Trans, useLingui } from "@lingui/react/macro"
import { Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { type Collection, useCollections } from "../app/collections.ts"
import { useSending } from "../app/form.ts"
import { ExpressionField } from "../expression/ExpressionField.tsx"
import { Button } from "../parts/Button.tsx"
import { Checkbox, Chooser, TextField } from "../parts/Field.tsx"
import { Notice, Said } from "../parts/States.tsx"
import type { HookEvent } from "./api.ts"
import css from "./operate.module.css"

export interface Draft {
  name: string
  url: string
  events: HookEvent[]
}

export const emptyDraft: Draft = { name: "", url: "", events: [] }

const operations = ["create", "update", "delete"]

const newEvent = (collection: string): HookEvent => ({
  collection,
  operations: [...operations],
  filter: "",
  fields: null,
})

/** Name, address, and what a webhook is told of. */
export function WebhookForm({
  initial,
  submit,
  send,
}: {
  initial: Draft
  submit: string
  send: (draft: Draft) => Promise<void>
}) {
  const { t } = useLingui()
  const collections = useCollections().filter((one) => one.view !== "none")
  const first = collections[0]?.name ?? ""
  const [draft, setDraft] = useState<Draft>(
    initial.events.length > 0 ? initial : { ...initial, events: first ? [newEvent(first)] : [] },
  )
  const sending = useSending(() => send(draft))
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const setEvent = (index: number, event: HookEvent | undefined) =>
    change({ events: draft.events.flatMap((one, at) => (at !== index ? [one] : event ? [event] : [])) })
  const rest = sending.rest("name", "url")
  return (
    <form className={css.form} onSubmit={sending.submit}>
      <TextField
        label={t`Name`}
        value={draft.name}
        onChange={(name) => change({ name })}
        errors={sending.of("name")}
      />
      <TextField
        label={t`Address`}
        value={draft.url}
        onChange={(url) => change({ url })}
        errors={sending.of("url")}
        placeholder="https://search.example.com/couplet"
        mono
      />
      {draft.events.map((event, index) => (
        <EventFields
          key={index}
          event={event}
          collections={collections}
          onChange={(next) => setEvent(index, next)}
          onRemove={draft.events.length > 1 ? () => setEvent(index, undefined) : undefined}
        />
      ))}
      <div className={css.bar}>
        <Button icon={Plus} onPress={() => change({ events: [...draft.events, newEvent(first)] })}>
          <Trans>Add a collection</Trans>
        </Button>
      </div>
      {rest !== undefined && (
        <Notice kind="danger">
          <Said error={rest} />
        </Notice>
      )}
      <div className={css.bar}>
        <Button type="submit" kind="primary" isPending={sending.pending}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

function EventFields({
  event,
  collections,
  onChange,
  onRemove,
}: {
  event: HookEvent
  collections: Collection[]
  onChange: (event: HookEvent) => void
  onRemove: (() => void) | undefined
}) {
  const { t } = useLingui()
  const names: Record<string, string> = { create: t`created`, update: t`changed`, delete: t`deleted` }
  const collection = collections.find((one) => one.name === event.collection)
  const toggle = (operation: string, on: boolean) =>
    onChange({
      ...event,
      operations: operations.filter((one) => (one === operation ? on : event.operations.includes(one))),
    })
  return (
    <fieldset className={css.event}>
      <Chooser
        label={t`Collection`}
        value={event.collection}
        onChange={(value) => value && onChange(newEvent(value))}
        options={collections.map((one) => ({ id: one.name, label: one.label_plural, note: one.name }))}
      />
      <fieldset>
        <legend className={css.legend}>
          <Trans>Told when a record is</Trans>
        </legend>
        <div className={css.checks}>
          {operations.map((operation) => (
            <Checkbox
              key={operation}
              isSelected={event.operations.includes(operation)}
              onChange={(on) => toggle(operation, on)}
            >
              {names[operation]}
            </Checkbox>
          ))}
        </div>
      </fieldset>
      <ExpressionField
        collection={event.collection}
        label={t`Only records where`}
        value={event.filter}
        onChange={(filter) => onChange({ ...event, filter })}
        help={t`Empty: all of them.`}
      />
      {collection && <EventSends event={event} collection={collection} onChange={onChange} />}
      {onRemove && (
        <div className={css.bar}>
          <Button kind="quiet" icon={Trash2} onPress={onRemove}>
            <Trans>Leave out {event.collection}</Trans>
          </Button>
        </div>
      )}
    </fieldset>
  )
}

/** Which fields are sent: all, or those that are marked. */
function EventSends({
  event,
  collection,
  onChange,
}: {
  event: HookEvent
  collection: Collection
  onChange: (event: HookEvent) => void
}) {
  const all = collection.fields.map((field) => field.name)
  const { fields } = event
  return (
    <fieldset>
      <legend className={css.legend}>
        <Trans>What is sent</Trans>
      </legend>
      <div className={css.checks}>
        <Checkbox
          isSelected={fields === null}
          onChange={(on) => onChange({ ...event, fields: on ? null : all })}
        >
          <Trans>All fields, new ones too</Trans>
        </Checkbox>
        {fields !== null &&
          collection.fields.map((field) => (
            <Checkbox
              key={field.name}
              isSelected={fields.includes(field.name)}
              onChange={(on) =>
                onChange({
                  ...event,
                  fields: all.filter((one) => (one === field.name ? on : fields.includes(one))),
                })
              }
            >
              {field.label}
            </Checkbox>
          ))}
      </div>
    </fieldset>
  )
}
