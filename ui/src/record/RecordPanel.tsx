import { useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { ArrowLeft, ChevronDown, ChevronUp, Maximize2, X } from "lucide-react"
import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react"
import { type Collection, keyOf, type Row } from "../app/collections.ts"
import { changePreferences, usePreferences } from "../app/preferences.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { TabLinks } from "../parts/Page.tsx"
import { Draft } from "./draft.ts"
import { RecordActions, useTabs } from "./RecordActions.tsx"
import { RecordBody } from "./RecordBody.tsx"
import css from "./RecordPanel.module.css"
import { useOpenRecord } from "./useOpenRecord.ts"

export interface RecordPanelProps {
  collection: Collection
  /** The key of the record (`rec` of the address); absent for a new one. */
  recordKey?: string | undefined
  /** `tab` of the address. */
  tab?: string | undefined
  /** The record before and after in the list; absent at its ends. */
  onPrevious?: (() => void) | undefined
  onNext?: (() => void) | undefined
  onClose: () => void
  /** A new record was made. */
  onCreated?: ((key: string) => void) | undefined
}

const least = 380
const most = 720

/** A record beside the list, which stays as it is. On a phone it takes the whole screen. */
export function RecordPanel(props: RecordPanelProps) {
  const { t } = useLingui()
  const { panel = 440 } = usePreferences()
  const [dragged, setDragged] = useState<number>()
  const width = Math.min(most, Math.max(least, dragged ?? panel))
  const section = useRef<HTMLElement>(null)
  // The form of a new record goes when it is saved: the focus stays in the panel.
  const onCreated = (key: string) => {
    section.current?.focus({ preventScroll: true })
    props.onCreated?.(key)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return
    if (event.target instanceof Element && event.target.getAttribute("aria-expanded") === "true") return
    event.stopPropagation()
    props.onClose()
  }
  return (
    <section
      ref={section}
      tabIndex={-1}
      className={css.panel}
      style={{ "--panel": `${width}px` } as CSSProperties}
      aria-label={t`${props.collection.label} ${props.recordKey ?? ""}`}
      data-region
      onKeyDown={onKeyDown}
    >
      <Edge
        width={width}
        onDrag={setDragged}
        onEnd={(next) => {
          setDragged(undefined)
          void changePreferences({ panel: Math.round(Math.min(most, Math.max(least, next))) })
        }}
      />
      {props.recordKey === undefined ? (
        <NewInPanel key={props.collection.id} {...props} onCreated={onCreated} />
      ) : (
        <OpenInPanel
          key={`${props.collection.id} ${props.recordKey}`}
          {...props}
          recordKey={props.recordKey}
        />
      )}
    </section>
  )
}

/** The panel's edge: drag it, or move it by the arrow keys. */
function Edge({
  width,
  onDrag,
  onEnd,
}: {
  width: number
  onDrag: (width: number) => void
  onEnd: (width: number) => void
}) {
  const { t } = useLingui()
  const right = () => document.documentElement.dir === "rtl"
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t`Width of the panel`}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className={css.edge}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 20, ArrowRight: -20 }[event.key]
        if (step === undefined) return
        event.preventDefault()
        onEnd(width + (right() ? -step : step))
      }}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        const from = event.clientX
        const edge = event.currentTarget
        const at = (x: number) => width + (right() ? x - from : from - x)
        const move = (moved: PointerEvent) => onDrag(at(moved.clientX))
        edge.addEventListener("pointermove", move)
        edge.addEventListener(
          "lostpointercapture",
          (ended) => {
            edge.removeEventListener("pointermove", move)
            onEnd(at((ended as PointerEvent).clientX))
          },
          { once: true },
        )
      }}
    />
  )
}

function OpenInPanel({
  collection,
  recordKey,
  tab,
  onPrevious,
  onNext,
  onClose,
}: RecordPanelProps & { recordKey: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [draft] = useState(() => new Draft(collection.id, recordKey))
  const open = useOpenRecord(collection, recordKey)
  const tabs = useTabs(collection)
  const openPage = () =>
    void navigate({
      to: "/data/$collection/$id",
      params: { collection: collection.name, id: recordKey },
      search: tab ? { tab } : {},
    })
  return (
    <RecordBody
      collection={collection}
      draft={draft}
      open={open}
      recordKey={recordKey}
      tab={tab}
      place="panel"
      header={(people) => (
        <>
          <header className={css.top}>
            <span className={css.onPhone}>
              <IconButton icon={ArrowLeft} label={t`Back to the list`} onPress={onClose} />
            </span>
            {onPrevious && <IconButton icon={ChevronUp} label={t`Previous record`} onPress={onPrevious} />}
            {onNext && <IconButton icon={ChevronDown} label={t`Next record`} onPress={onNext} />}
            <h2 className={css.title} dir="auto">
              {open.row?._display || recordKey}
            </h2>
            {people}
            {open.row && !open.gone && (
              <RecordActions collection={collection} row={open.row} draft={draft} onDeleted={onClose} />
            )}
            <span className={css.notOnPhone}>
              <IconButton icon={Maximize2} label={t`Open as a page`} onPress={openPage} />
              <IconButton icon={X} label={t`Close`} keys="Esc" onPress={onClose} />
            </span>
          </header>
          {!open.gone && (
            <div className={css.tabs}>
              <TabLinks label={t`Parts of the record`} tabs={tabs} current={tab} />
            </div>
          )}
        </>
      )}
    />
  )
}

function NewInPanel({ collection, onClose, onCreated }: RecordPanelProps) {
  const { t } = useLingui()
  const [draft] = useState(() => new Draft(collection.id, "new"))
  return (
    <RecordBody
      collection={collection}
      draft={draft}
      open={undefined}
      recordKey={undefined}
      tab={undefined}
      place="panel"
      onSaved={(row: Row) => onCreated?.(String(keyOf(collection, row)))}
      header={() => (
        <header className={css.top}>
          <h2 className={css.title}>{t`New ${collection.label}`}</h2>
          <IconButton icon={X} label={t`Close`} keys="Esc" onPress={onClose} />
        </header>
      )}
    />
  )
}
