import { Trans, useLingui } from "@lingui/react/macro"
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react"
import { flushSync } from "react-dom"
import { Button } from "../parts/Button.tsx"
import { Said } from "../parts/States.tsx"
import type { Mistake } from "./api.ts"
import { CompletionList } from "./CompletionList.tsx"
import css from "./ExpressionField.module.css"
import { Marked } from "./Marked.tsx"
import { useChecked } from "./useChecked.ts"
import { useCompletion } from "./useCompletion.ts"

export interface ExpressionFieldProps {
  /** The collection whose records the expression is about. */
  collection: string
  value: string
  onChange: (value: string) => void
  label: string
  /** What it is for: a filter shows what is true, a rule lets pass what is true, a check refuses what is false. */
  context?: "filter" | "rule" | "check"
  help?: ReactNode
  hideLabel?: boolean
  /** What the server said when it was sent. */
  errors?: readonly string[] | undefined
  /** Lines to begin with; it grows with its text. With one line Enter submits, with several Ctrl+Enter does. */
  rows?: number
  autoFocus?: boolean
  onSubmit?: () => void
}

/**
 * One expression: what can stand at the caret is proposed while one types (Ctrl+Space asks for it), mistakes are marked
 * where they are and told below. `useChecked` tells others the same.
 */
export function ExpressionField(props: ExpressionFieldProps) {
  const { collection, value, onChange, label, context = "filter", help, hideLabel, errors, rows = 1 } = props
  const { t } = useLingui()
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const { checked, error } = useChecked(collection, value)
  const completion = useCompletion(collection, value, field, (text, caret) => {
    put(field.current, text, caret, onChange)
  })
  const { list, active } = completion
  const mistakes = checked?.errors ?? []
  const wrong = mistakes.length > 0 || Boolean(errors?.length) || Boolean(error)
  const tidy =
    checked?.text && checked.text !== value.trim() && !value.includes("//") ? checked.text : undefined
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    const submits =
      event.key === "Enter" && (event.ctrlKey || event.metaKey || (rows === 1 && !event.shiftKey))
    const formats = event.altKey && event.shiftKey && event.code === "KeyF"
    if (completion.onKey(event)) {
      event.preventDefault()
      event.stopPropagation()
    } else if (submits && props.onSubmit) {
      event.preventDefault()
      completion.close()
      props.onSubmit()
    } else if (formats && tidy) {
      event.preventDefault()
      onChange(tidy)
    }
  }
  return (
    <div className={css.field}>
      <label htmlFor={id} className={hideLabel ? css.hidden : css.label}>
        {label}
      </label>
      <div className={css.around} data-invalid={wrong}>
        <Marked text={value} mistakes={mistakes} at={completion.from} />
        <textarea
          ref={field}
          id={id}
          className={css.text}
          rows={rows}
          value={value}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: only where a person has just opened the field
          autoFocus={props.autoFocus}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={list.length > 0 ? `${id}-list` : undefined}
          aria-activedescendant={list[active] ? `${id}-${active}` : undefined}
          aria-invalid={wrong}
          aria-describedby={`${id}-said`}
          onChange={(event) => {
            onChange(event.target.value)
            completion.ask(false, event.target.value)
          }}
          onKeyDown={onKeyDown}
          onBlur={completion.close}
          onClick={completion.close}
        />
        {list.length > 0 && (
          <CompletionList id={id} label={t`What can stand here`} completion={completion} field={field} />
        )}
      </div>
      <div id={`${id}-said`} className={css.said} aria-live="polite">
        {error ? (
          <p className={css.error}>
            <Said error={error} />
          </p>
        ) : null}
        {errors?.map((message) => (
          <p key={message} className={css.error}>
            {message}
          </p>
        ))}
        {mistakes.map((mistake) => (
          <MistakeLine
            key={`${mistake.pos}${mistake.message}`}
            mistake={mistake}
            several={value.includes("\n")}
          />
        ))}
        {!wrong && <p className={css.help}>{help ?? <Hint context={context} />}</p>}
      </div>
      {rows > 1 && tidy && (
        <div>
          <Button kind="quiet" onPress={() => onChange(tidy)}>
            <Trans>Format the expression</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}

function MistakeLine({ mistake, several }: { mistake: Mistake; several: boolean }) {
  const { line, column, message, suggestion } = mistake
  return (
    <p className={css.error}>
      {several ? (
        <Trans>
          Line {line}, column {column}:{" "}
        </Trans>
      ) : (
        <Trans>Column {column}: </Trans>
      )}
      {message} {suggestion}
    </p>
  )
}

function Hint({ context }: { context: "filter" | "rule" | "check" }) {
  if (context === "rule")
    return <Trans>It lets a record pass where it is true. Ctrl+Space says what can stand here.</Trans>
  if (context === "check")
    return <Trans>It refuses a record where it is false. Ctrl+Space says what can stand here.</Trans>
  return <Trans>It shows the records for which it is true. Ctrl+Space says what can stand here.</Trans>
}

/** Puts a text into the field with the caret at a place, before the next key comes. */
function put(
  field: HTMLTextAreaElement | null,
  text: string,
  caret: number,
  onChange: (value: string) => void,
): void {
  flushSync(() => onChange(text))
  field?.focus()
  field?.setSelectionRange(caret, caret)
}
