import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import type { Collection, Key } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Couplet, Loading, Notice, Said } from "../parts/States.tsx"
import { Time } from "../parts/Time.tsx"
import { useNames } from "./names.ts"
import { historyQuery } from "./read.ts"
import { restore } from "./undo.ts"

/** In the place of a record that is not there: whether it was deleted, by whom, and the way back. */
export function Gone({ collection, recordKey }: { collection: Collection; recordKey: string }) {
  const { t } = useLingui()
  const { data, isPending } = useQuery({ ...historyQuery(collection.name, recordKey), retry: false })
  const last = data?.results[0]
  const name = useNames("users", last?.actor ? [last.actor as Key] : [])
  const [refused, setRefused] = useState<unknown>()
  if (isPending) return <Loading />
  if (last?.op !== "delete") {
    return (
      <Couplet
        first={
          <Trans>
            There is no {collection.label} {recordKey}.
          </Trans>
        }
        second={<Trans>It may have been deleted, or you may not view it.</Trans>}
      />
    )
  }
  const who = last.actor ? name(last.actor) || t`User ${last.actor}` : t`Somebody`
  const undelete = () => restore(collection, recordKey, { cascade: true }).then(() => undefined, setRefused)
  return (
    <div role="alert">
      <Couplet
        first={<Trans>This record was deleted.</Trans>}
        second={
          <Trans>
            {who} deleted it, <Time at={last.time} relative />.
          </Trans>
        }
      >
        {collection.add !== "none" && (
          <Button onPress={() => void undelete()}>
            <Trans>Undelete it</Trans>
          </Button>
        )}
      </Couplet>
      {refused !== undefined && (
        <Notice kind="danger">
          <Said error={refused} />
        </Notice>
      )}
    </div>
  )
}
