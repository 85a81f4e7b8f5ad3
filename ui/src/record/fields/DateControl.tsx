import { useLingui } from "@lingui/react/macro"
import { CalendarDays } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import type { Value } from "../../app/collections.ts"
import { localText, utcText } from "../../app/moments.ts"
import { usePreferences } from "../../app/preferences.ts"
import { PopoverButton } from "../../parts/Dialog.tsx"
import { TextField } from "../../parts/Field.tsx"
import { IconButton } from "../../parts/IconButton.tsx"
import { same } from "../values.ts"
import { around, type ControlProps } from "./control.ts"
import { placeholderOf } from "./TextControl.tsx"

const MonthCalendar = lazy(() =>
  import("../../parts/MonthCalendar.tsx").then((m) => ({ default: m.MonthCalendar })),
)

/** A day, or a moment in the reader's zone, as text; a calendar beside it. */
export function DateControl(props: ControlProps) {
  const { field, value, onChange } = props
  const { t } = useLingui()
  const { zone } = usePreferences()
  const moment = field.type === "datetime"
  const shown = value === null ? "" : moment ? localText(String(value), zone) : String(value)
  const meant = (text: string): Value => {
    if (text.trim() === "") return field.null ? null : ""
    return moment ? utcText(text.trim(), zone) : text.trim()
  }
  const [typed, setTyped] = useState<string>()
  const text = typed !== undefined && same(meant(typed), value) ? typed : shown
  const put = (next: string) => {
    setTyped(next)
    onChange(meant(next))
  }
  const zoneName = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <TextField
      {...around(props)}
      help={[field.help_text, moment && zoneName].filter(Boolean).join(" · ") || undefined}
      value={text}
      onChange={put}
      placeholder={placeholderOf(field, value) ?? (moment ? "YYYY-MM-DD HH:MM" : "YYYY-MM-DD")}
      autoComplete="off"
      tail={
        <PopoverButton
          label={t`Choose a day for ${field.label}`}
          placement="bottom end"
          trigger={<IconButton icon={CalendarDays} label={t`Choose a day for ${field.label}`} />}
        >
          {(close) => (
            <Suspense fallback={null}>
              <MonthCalendar
                day={/^\d{4}-\d\d-\d\d/.exec(text)?.[0]}
                label={field.label}
                onPick={(day) => {
                  put(moment ? `${day} ${text.slice(11) || "00:00"}` : day)
                  close()
                }}
              />
            </Suspense>
          )}
        </PopoverButton>
      }
    />
  )
}
