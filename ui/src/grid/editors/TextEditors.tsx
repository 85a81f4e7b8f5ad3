import { Trans, useLingui } from "@lingui/react/macro"
import { type KeyboardEvent, useState } from "react"
import { isNumber, isText } from "../columns.ts"
import type { EditorProps, Move } from "./CellEditor.tsx"
import css from "./Editors.module.css"
import { Surface } from "./Surface.tsx"
import { editText, valueFrom } from "./values.ts"

/** The keys that end an edit, and where they lead to. */
export function moveOf(event: KeyboardEvent): Move | undefined {
  if (event.nativeEvent.isComposing || event.altKey) return undefined
  if (event.key === "Enter") return event.shiftKey ? "up" : "down"
  if (event.key === "Tab") return event.shiftKey ? "previous" : "next"
  return undefined
}

/** One line of text, over the cell: texts, numbers, whatever the server reads from text. */
export function LineEditor({ field, value, shown, typed, refused, commit, cancel }: EditorProps) {
  const before = editText(field, value, shown.zone)
  const [text, setText] = useState(typed ?? refused ?? before)
  const end = (move: Move) => {
    if (refused === undefined && text === before) cancelled(cancel, move, () => commit(value, move))
    else commit(valueFrom(field, text, shown.zone), move, text)
  }
  return (
    <Surface onLeave={() => end("stay")} over>
      <input
        className={css.line}
        aria-label={field.label}
        dir={isNumber(field.type) ? "ltr" : "auto"}
        value={text}
        ref={focusEnd(typed === undefined)}
        spellCheck={isText(field.type) && field.type === "char"}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const move = moveOf(event)
          if (move) {
            event.preventDefault()
            end(move)
          } else if (event.key === "Escape") {
            event.preventDefault()
            cancel()
          }
        }}
      />
      <EmptyHint field={field} text={text} />
    </Surface>
  )
}

/** An edit that changed nothing writes nothing. */
function cancelled(cancel: () => void, move: Move, go: () => void) {
  if (move === "stay") cancel()
  else go()
}

/** Where both null and the empty text may be, it is told which is which. */
function EmptyHint({ field, text }: { field: EditorProps["field"]; text: string }) {
  if (!field.null || !isText(field.type) || (text !== "" && text !== '""')) return null
  return (
    <p className={css.hint}>
      {text === "" ? (
        <Trans>
          Nothing is <code>null</code>. Type <code>""</code> for the empty text.
        </Trans>
      ) : (
        <Trans>The empty text.</Trans>
      )}
    </p>
  )
}

/** Several lines, below or over the cell: long texts, and JSON with its own `json`. Shift+Enter begins a line. */
export function LongEditor({
  field,
  value,
  shown,
  typed,
  refused,
  commit,
  cancel,
  refuse,
  json,
}: EditorProps & { json?: { before: string; faultOf: (text: string) => string | undefined } }) {
  const { t } = useLingui()
  const before = json?.before ?? editText(field, value, shown.zone)
  const [text, setText] = useState(typed ?? refused ?? before)
  const fault = json?.faultOf(text)
  const end = (move: Move) => {
    if (fault) return
    if (refused === undefined && text === before) cancelled(cancel, move, () => commit(value, move))
    else commit(valueFrom(field, text, shown.zone), move, text)
  }
  return (
    <Surface onLeave={() => (fault ? refuse(text, fault) : end("stay"))} wide>
      <textarea
        className={css.long}
        data-mono={json ? true : undefined}
        dir={json ? "ltr" : "auto"}
        aria-label={field.label}
        aria-invalid={fault ? true : undefined}
        rows={8}
        value={text}
        ref={focusEnd(false)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const line = event.key === "Enter" && (event.shiftKey || event.altKey)
          const move = line ? undefined : moveOf(event)
          if (move) {
            event.preventDefault()
            end(move)
          } else if (event.key === "Escape") {
            event.preventDefault()
            cancel()
          }
        }}
      />
      {fault ? (
        <p className={css.fault} role="alert">
          {fault}
        </p>
      ) : (
        <p className={css.hint}>{t`Shift+Enter begins a line, Enter saves, Esc gives up.`}</p>
      )}
      <EmptyHint field={field} text={text} />
    </Surface>
  )
}

/** The focus goes into an editor as it appears: all of the text is selected, or typing goes on at its end. */
export function focusEnd(all: boolean) {
  return (input: HTMLInputElement | HTMLTextAreaElement | null) => {
    if (!input || input === document.activeElement || input.dataset.focused) return
    input.dataset.focused = "true"
    input.focus({ preventScroll: true })
    if (all) input.select()
    else input.setSelectionRange(input.value.length, input.value.length)
  }
}
