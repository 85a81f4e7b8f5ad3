import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import type { Key } from "../app/collections.ts"
import { type Action, useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { PopoverButton } from "../parts/Dialog.tsx"
import { Loading, Said } from "../parts/States.tsx"
import css from "./Why.module.css"

/** Asks what decides that somebody may or may not; superusers may know. */
export function Why(props: { collection: string; recordKey: Key; action?: Action }) {
  const { t } = useLingui()
  const me = useMe()
  if (!me.is_superuser) return null
  return (
    <PopoverButton
      label={t`Why?`}
      trigger={
        <Button kind="quiet">
          <Trans>Why?</Trans>
        </Button>
      }
    >
      <Explanation {...props} user={me.id} />
    </PopoverButton>
  )
}

function Explanation({
  collection,
  recordKey,
  action = "view",
  user,
}: {
  collection: string
  recordKey: Key
  action?: Action
  user: string
}) {
  const { data, error } = useQuery({
    queryKey: ["explain", collection, String(recordKey), action, user],
    queryFn: () =>
      client.post<{ text: string }>("/api/_/access/explain/", {
        collection,
        key: String(recordKey),
        action,
        user,
      }),
  })
  if (error)
    return (
      <p className={css.why}>
        <Said error={error} />
      </p>
    )
  return data ? <p className={css.why}>{data.text}</p> : <Loading lines={2} />
}
