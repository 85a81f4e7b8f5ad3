import { Trans, useLingui } from "@lingui/react/macro"
import type { FieldErrors } from "couplet-client"
import { Trash2 } from "lucide-react"
import type { Collection } from "../app/collections.ts"
import { ExpressionField } from "../expression/ExpressionField.tsx"
import { Button } from "../parts/Button.tsx"
import { Checkbox, Chooser } from "../parts/Field.tsx"
import { Notice } from "../parts/States.tsx"
import type { HookEvent } from "./api.ts"
import css from "./operate.module.css"

export const operations = ["create", "update", "delete"]

export const newEvent = (collection: string): HookEvent => ({
  collection,
  operations: [...operations],
  filter: "",
  fields: null,
})

/** What of a collection a webhook is told. */
export function EventFields({
  event,
  collections,
  errors,
  onChange,
  onRemove,
}: {
  event: HookEvent
  /** What the server said about it, by its members. */
  errors: FieldErrors
  collections: Collection[]
  onChange: (event: HookEvent) => void
  onRemove: (() => void) | undefined
}) {
  const { t } = useLingui()
  const names: Record<string, string> = { create: t`created`, update: t`changed`, delete: t`deleted` }
  const collection = collections.find((one) => one.name === event.collection)
  const of = (name: string) => {
    const said = errors[name]
    return Array.isArray(said) ? said.filter((one) => typeof one === "string") : []
  }
  const others = [...of("operations"), ...of("fields")].join(" ")
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
        errors={of("collection")}
        options={collections.map((one) => ({ id: one.name, label: one.label_plural, note: one.name }))}
      />
      <fieldset className={css.set}>
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
        errors={of("filter")}
      />
      {collection && <EventSends event={event} collection={collection} onChange={onChange} />}
      {others && <Notice kind="danger">{others}</Notice>}
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
    <fieldset className={css.set}>
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
