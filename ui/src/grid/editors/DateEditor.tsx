import { useLingui } from "@lingui/react/macro"
import { CalendarDays } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import type { EditorProps, Move } from "./CellEditor.tsx"
import css from "./Editors.module.css"
import { Surface } from "./Surface.tsx"
import { focusEnd, moveOf } from "./TextEditors.tsx"
import { editText, valueFrom } from "./values.ts"

const MonthCalendar = lazy(() =>
  import("../../parts/MonthCalendar.tsx").then((m) => ({ default: m.MonthCalendar })),
)

/** A day, or a day and time in the reader's zone, as text; Alt+Down or the button opens a calendar. */
export function DateEditor({ field, value, shown, typed, refused, commit, cancel }: EditorProps) {
  const { t } = useLingui()
  const before = editText(field, value, shown.zone)
  const [text, setText] = useState(typed ?? refused ?? before)
  const [open, setOpen] = useState(false)
  const end = (move: Move) => {
    if (refused === undefined && text === before) {
      if (move === "stay") cancel()
      else commit(value, move)
    } else commit(valueFrom(field, text, shown.zone), move, text)
  }
  return (
    <Surface onLeave={() => end("stay")} over>
      <input
        className={css.line}
        dir="ltr"
        aria-label={field.label}
        placeholder={field.type === "date" ? t`YYYY-MM-DD` : t`YYYY-MM-DD hh:mm`}
        value={text}
        ref={focusEnd(typed === undefined)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const move = moveOf(event)
          if (event.key === "ArrowDown" && event.altKey) setOpen(true)
          else if (move) end(move)
          else if (event.key === "Escape") cancel()
          else return
          event.preventDefault()
        }}
      />
      <button
        type="button"
        className={css.calendarButton}
        aria-label={t`Open the calendar`}
        aria-expanded={open}
        tabIndex={-1}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => setOpen(!open)}
      >
        <CalendarDays size={16} strokeWidth={1.5} aria-hidden />
      </button>
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape ends the edit wherever the focus is in it
        <div className={css.under} onKeyDown={(event) => event.key === "Escape" && cancel()}>
          <Suspense fallback={null}>
            <MonthCalendar
              day={/^\d{4}-\d\d-\d\d/.exec(text)?.[0]}
              label={field.label}
              onPick={(day) => {
                const time = field.type === "datetime" ? ` ${text.slice(11) || "00:00:00"}` : ""
                commit(valueFrom(field, day + time, shown.zone), "stay", day + time)
              }}
            />
          </Suspense>
        </div>
      )}
    </Surface>
  )
}
