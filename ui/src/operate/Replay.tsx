import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { client, queries } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { PopoverButton } from "../parts/Dialog.tsx"
import { Select, TextField } from "../parts/Field.tsx"
import { Notice, Said } from "../parts/States.tsx"
import { hookPath, type Webhook } from "./api.ts"
import css from "./operate.module.css"

const day = 86_400_000

/** A moment as the reader's clock says it: 2026-11-27 08:00. */
function here(time: number): string {
  const date = new Date(time)
  return new Date(time - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace("T", " ")
}

/** What the reader typed as an ISO time; undefined where it is none. */
function moment(text: string): string | undefined {
  const time = new Date(text.trim().replace(" ", "T"))
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

/** Sends those deliveries again that tell of changes in a range of time. */
export function Replay({ hook }: { hook: Webhook }) {
  const { t } = useLingui()
  const [from, setFrom] = useState(() => here(Date.now() - day))
  const [to, setTo] = useState("")
  const [state, setState] = useState("failed")
  const fromTime = moment(from)
  const toTime = to.trim() ? moment(to) : undefined
  const wrong = (bad: boolean) => (bad ? [t`Write a time as 2026-11-27 08:00.`] : undefined)
  const replaying = useMutation({
    mutationFn: () =>
      client.post<{ deliveries: number }>(hookPath(hook.id, "replay/"), {
        from: fromTime,
        state,
        ...(toTime ? { to: toTime } : {}),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["operate"] }),
  })
  const bad = !fromTime || (to.trim() !== "" && !toTime)
  return (
    <PopoverButton
      label={t`Send a range again`}
      trigger={
        <Button>
          <Trans>Send a range again</Trans>
        </Button>
      }
    >
      <div className={css.form}>
        <TextField label={t`Changes from`} value={from} onChange={setFrom} errors={wrong(!fromTime)} />
        <TextField
          label={t`Up to`}
          value={to}
          onChange={setTo}
          help={t`Empty: up to now.`}
          errors={wrong(to.trim() !== "" && !toTime)}
        />
        <Select
          label={t`That are`}
          value={state}
          onChange={setState}
          options={[
            { id: "failed", label: t`Failed` },
            { id: "delivered", label: t`Delivered` },
          ]}
        />
        {replaying.error && (
          <Notice kind="danger">
            <Said error={replaying.error} />
          </Notice>
        )}
        {replaying.data && (
          <Notice kind="ok">
            <Plural
              value={replaying.data.deliveries}
              one="# delivery is sent again."
              other="# deliveries are sent again."
            />
          </Notice>
        )}
        <Button
          kind="primary"
          isDisabled={bad}
          isPending={replaying.isPending}
          onPress={() => replaying.mutate()}
        >
          <Trans>Send again</Trans>
        </Button>
      </div>
    </PopoverButton>
  )
}
