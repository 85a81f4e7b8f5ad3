import { Trans, useLingui } from "@lingui/react/macro"
import { ApiError, type FieldErrors } from "couplet-client"
import { Plus } from "lucide-react"
import { useState } from "react"
import { useCollections } from "../app/collections.ts"
import { useSending } from "../app/form.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { PersonLookup } from "../parts/PersonLookup.tsx"
import { Notice, Said } from "../parts/States.tsx"
import type { HookEvent } from "./api.ts"
import css from "./operate.module.css"
import { EventFields, newEvent } from "./WebhookEvent.tsx"

export interface Draft {
  name: string
  url: string
  /** Whose sight decides what is sent. */
  user: string
  events: HookEvent[]
}

export const emptyDraft: Omit<Draft, "user"> = { name: "", url: "", events: [] }

/** Name, address, as whom it sees, and what a webhook is told of. */
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
  const first = (collections.find((one) => !one.system) ?? collections[0])?.name ?? ""
  const [draft, setDraft] = useState<Draft>(
    initial.events.length > 0 ? initial : { ...initial, events: first ? [newEvent(first)] : [] },
  )
  const sending = useSending(() => send(draft))
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const setEvent = (index: number, event: HookEvent | undefined) =>
    change({ events: draft.events.flatMap((one, at) => (at !== index ? [one] : event ? [event] : [])) })
  const wrong = eventErrors(sending.error)
  const rest = Object.keys(wrong).length > 0 ? undefined : sending.rest("name", "url", "user")
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
      <PersonLookup
        label={t`Sees as`}
        value={draft.user}
        onChange={(user) => change({ user })}
        errors={sending.of("user")}
        help={t`Records and fields that this person may not view are not sent. Give an integration an account of its own.`}
      />
      {draft.events.map((event, index) => (
        <EventFields
          key={index}
          event={event}
          collections={collections}
          errors={wrong[index] ?? {}}
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

/** What the server said about collections, by their places. */
function eventErrors(error: unknown): { [place: string]: FieldErrors } {
  const said = error instanceof ApiError ? error.fields.events : undefined
  return said && !Array.isArray(said) ? (said as { [place: string]: FieldErrors }) : {}
}
