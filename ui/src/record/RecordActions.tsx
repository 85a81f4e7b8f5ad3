import { useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { CopyPlus, Ellipsis, History, Trash2 } from "lucide-react"
import { useState } from "react"
import { type Collection, keyOf, type Row } from "../app/collections.ts"
import { inSentence } from "../app/words.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { Menu } from "../parts/Menu.tsx"
import type { Tab } from "../parts/Page.tsx"
import { DeleteRecord } from "./DeleteRecord.tsx"
import type { Draft } from "./draft.ts"

/** What can be done with a record as a whole. */
export function RecordActions({
  collection,
  row,
  draft,
  onDeleted,
}: {
  collection: Collection
  row: Row
  draft: Draft
  onDeleted: () => void
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const params = { collection: collection.name }
  return (
    <>
      <Menu
        label={t`Actions`}
        placement="bottom end"
        trigger={<IconButton icon={Ellipsis} label={t`Actions`} />}
        sections={[
          {
            items: [
              collection.add !== "none" && {
                id: "copy",
                label: t`Make another like it`,
                icon: CopyPlus,
                onAction: () =>
                  void navigate({
                    to: "/data/$collection/new",
                    params,
                    search: { from: String(keyOf(collection, row)) },
                  }),
              },
              {
                id: "deleted",
                label: t`Deleted ${inSentence(collection.label_plural)}`,
                icon: History,
                onAction: () => void navigate({ to: "/data/$collection/deleted", params }),
              },
            ],
          },
          row._can?.delete !== false && {
            items: [
              {
                id: "delete",
                label: t`Delete ${inSentence(collection.label)}`,
                icon: Trash2,
                danger: true,
                onAction: () => setDeleting(true),
              },
            ],
          },
        ]}
      />
      {deleting && (
        <DeleteRecord
          collection={collection}
          row={row}
          onClose={() => setDeleting(false)}
          onDeleted={() => {
            draft.clear()
            setDeleting(false)
            onDeleted()
          }}
        />
      )}
    </>
  )
}

/** The parts of a record. */
export function useTabs(collection: Collection): readonly Tab[] {
  const { t } = useLingui()
  return [
    { id: "fields", label: t`Fields` },
    ...(collection.reverse.length > 0 ? [{ id: "related", label: t`Related` }] : []),
    { id: "history", label: t`History` },
    { id: "api", label: t`API` },
  ]
}
