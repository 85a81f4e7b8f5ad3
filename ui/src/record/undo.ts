import { t } from "@lingui/core/macro"
import { client, queries } from "../app/client.ts"
import type { Collection, Key } from "../app/collections.ts"
import { tell, tellFailure } from "../parts/toasts.ts"
import { historyPath } from "./read.ts"

/** Tells that something was done, with the way back. */
export function tellWithUndo(text: string, undo: () => Promise<unknown>): void {
  tell(text, {
    label: t`Undo`,
    onPress: () => {
      undo().then(
        () => {
          tell(t`Undone.`)
          void refreshRecords()
        },
        (error: unknown) => tellFailure(error instanceof Error ? error.message : String(error)),
      )
    },
  })
}

export function revert(changeset: string): Promise<unknown> {
  return client.post(`/api/_/changesets/${changeset}/revert/`, { mode: "keep" })
}

export interface Restoring {
  /** The version; absent of a deleted record: as it was. */
  cursor?: string
  fields?: string[]
  cascade?: boolean
}

/** Puts a record back to a version, or brings it back. */
export async function restore(collection: Collection, key: Key, body: Restoring): Promise<string | null> {
  const { changeset } = await client.post<{ changeset: string | null }>(
    `${historyPath(collection.name, key)}restore/`,
    body,
  )
  await refreshRecords()
  return changeset
}

export async function refreshRecords(): Promise<void> {
  for (const name of ["record", "history", "deleted", "related"]) {
    await queries.invalidateQueries({ queryKey: [name] })
  }
}
