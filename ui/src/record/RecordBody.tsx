import { Trans, useLingui } from "@lingui/react/macro"
import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useRef, useState } from "react"
import { type Collection, keyOf, type Row } from "../app/collections.ts"
import { isolated } from "../app/words.ts"
import { Failure, Loading } from "../parts/States.tsx"
import { tell } from "../parts/toasts.ts"
import type { Draft } from "./draft.ts"
import { Gone } from "./Gone.tsx"
import { Guard } from "./Guard.tsx"
import { LayerForm, useLayers } from "./layers.tsx"
import { usePresence } from "./presence.ts"
import css from "./RecordBody.module.css"
import { RecordForm } from "./RecordForm.tsx"
import { save } from "./save.ts"
import { revert, tellWithUndo } from "./undo.ts"
import type { OpenRecord } from "./useOpenRecord.ts"

const RelatedTab = lazy(() => import("./RelatedTab.tsx").then((m) => ({ default: m.RelatedTab })))
const HistoryTab = lazy(() => import("./HistoryTab.tsx").then((m) => ({ default: m.HistoryTab })))
const ApiTab = lazy(() => import("./ApiTab.tsx").then((m) => ({ default: m.ApiTab })))

export interface RecordBodyProps {
  collection: Collection
  draft: Draft
  /** Absent of a new record. */
  open: OpenRecord | undefined
  recordKey: string | undefined
  tab: string | undefined
  /** Where records that are made on the way are shown: on top, or beside. */
  place: "panel" | "page"
  onSaved?: (row: Row) => void
  /** The header, with the people that are here. */
  header: (people: ReactNode) => ReactNode
}

/** A record below its header: the tab that is open, and on top what is made on the way. */
export function RecordBody(props: RecordBodyProps) {
  const { collection, draft, open, recordKey, place, onSaved, header } = props
  const { t } = useLingui()
  const { layers, create, back } = useLayers()
  const [editing, setEditing] = useState<string>()
  const row = open?.row
  const people = usePresence(collection.name, row && keyOf(collection, row), editing)
  const stack = useRef<HTMLDivElement>(null)
  const submit = async (): Promise<boolean> => {
    if (!draft.dirty && recordKey !== undefined) return true
    const saved = await save(collection, row && keyOf(collection, row), draft)
    if (!saved) {
      requestAnimationFrame(() => toFault(stack.current))
      return false
    }
    const { changeset } = saved
    const name = isolated(saved.row._display ?? `#${keyOf(collection, saved.row)}`)
    const text = row ? t`${name} was saved.` : t`${name} was created.`
    if (changeset && mayUndo(collection, saved.row, row === undefined))
      tellWithUndo(text, () => revert(changeset))
    else tell(text)
    onSaved?.(saved.row)
    return true
  }
  useSaveKey(() => void submit())
  const names = [row?._display || (recordKey ?? t`New ${collection.label}`)]
  const below = [
    { name: String(names[0]), onBack: () => layers[0] && back(layers[0]) },
    ...layers.slice(0, -1).map((layer, index) => ({
      name: t`New ${layer.collection.label}`,
      onBack: () => layers[index + 1] && back(layers[index + 1] as (typeof layers)[number]),
    })),
  ]
  return (
    <div ref={stack} className={css.stack} data-place={place} data-layered={layers.length > 0 || undefined}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+S saves wherever the focus is in it */}
      <div
        className={css.base}
        onKeyDown={(event) => {
          if (!isSaveKey(event)) return
          event.preventDefault()
          void submit()
        }}
      >
        {header(<Here people={people.map((person) => person.user.display)} />)}
        <Opened {...props}>
          <RecordForm
            collection={collection}
            row={row}
            draft={draft}
            people={people}
            onEditing={setEditing}
            onCreate={create}
            onSave={() => void submit()}
            focusFirst={recordKey === undefined}
          />
        </Opened>
      </div>
      {layers.map((layer, index) => (
        <div key={index} className={css.over} hidden={index < layers.length - 1}>
          <LayerForm
            below={below.slice(0, index + 1)}
            layer={layer}
            create={create}
            onBack={() => back(layer)}
          />
        </div>
      ))}
      <Guard drafts={[draft, ...layers.map((layer) => layer.draft)]} onSave={submit} />
    </div>
  )
}

/** Whether one may take back what was just saved: a new record is deleted, and one must see what is undone. */
function mayUndo({ view }: Collection, { _can }: Row, isNew: boolean): boolean {
  return view !== "none" && (isNew ? _can?.delete : _can?.change) !== false
}

/** Ctrl+S saves, too, where the focus is nowhere. */
function useSaveKey(save: () => void) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.target !== document.body || !isSaveKey(event)) return
    event.preventDefault()
    save()
  })
  useEffect(() => {
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [])
}

function isSaveKey(event: { ctrlKey: boolean; metaKey: boolean; key: string }): boolean {
  return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s"
}

/** Puts the focus to the first thing that is to be mended. */
function toFault(within: HTMLElement | null) {
  within
    ?.querySelector<HTMLElement>(
      "[data-field] :is([data-invalid], [role=alert]), [data-conflict] [role=group]",
    )
    ?.closest("[data-field]")
    ?.querySelector<HTMLElement>("input:not([type=file]), textarea, button")
    ?.focus()
}

/** The open tab, once the record is there; where it is not, why. */
function Opened({ collection, open, recordKey, tab, children }: RecordBodyProps & { children: ReactNode }) {
  if (!open || recordKey === undefined) return children
  const { row, error, gone, again } = open
  if (gone) {
    return (
      <div className={css.scroll}>
        <Gone collection={collection} recordKey={recordKey} />
      </div>
    )
  }
  if (!row) {
    if (!error) return <Loading lines={9} />
    return <Failure what={<Trans>The record did not load.</Trans>} error={error} onRetry={again} />
  }
  if (!tab || tab === "fields") return children
  return (
    <div className={css.scroll}>
      <Suspense fallback={<Loading />}>
        {tab === "related" && <RelatedTab collection={collection} row={row} />}
        {tab === "history" && <HistoryTab collection={collection} row={row} />}
        {tab === "api" && <ApiTab collection={collection} row={row} />}
      </Suspense>
    </div>
  )
}

/** Who else is here. */
function Here({ people }: { people: readonly string[] }) {
  const { t } = useLingui()
  if (people.length === 0) return null
  const all = people.join(", ")
  return (
    <span className={css.people} role="status" title={t`Also here: ${all}`}>
      <span className={css.dot} aria-hidden />
      {people.length > 2 ? t`${people.length} others` : all}
    </span>
  )
}
