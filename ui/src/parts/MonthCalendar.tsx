import { parseDate } from "@internationalized/date"
import { useLingui } from "@lingui/react/macro"
import { ChevronLeft, ChevronRight } from "lucide-react"
import { Button, Calendar, CalendarCell, CalendarGrid, Heading } from "react-aria-components"
import css from "./MonthCalendar.module.css"

/** A month to choose a day from. Loaded when it is asked for. */
export function MonthCalendar({
  day,
  label,
  onPick,
}: {
  day: string | undefined
  label: string
  onPick: (day: string) => void
}) {
  const { t } = useLingui()
  return (
    <Calendar
      aria-label={label}
      autoFocus
      defaultValue={dayOf(day)}
      onChange={(date) => onPick(date.toString())}
      className={css.calendar ?? ""}
    >
      <div className={css.header}>
        <Button slot="previous" aria-label={t`Previous month`} className={css.button ?? ""}>
          <ChevronLeft size={16} strokeWidth={1.5} aria-hidden />
        </Button>
        <Heading className={css.heading ?? ""} />
        <Button slot="next" aria-label={t`Next month`} className={css.button ?? ""}>
          <ChevronRight size={16} strokeWidth={1.5} aria-hidden />
        </Button>
      </div>
      <CalendarGrid className={css.grid ?? ""}>
        {(date) => <CalendarCell date={date} className={css.day ?? ""} />}
      </CalendarGrid>
    </Calendar>
  )
}

function dayOf(day: string | undefined) {
  try {
    return day ? parseDate(day) : null
  } catch {
    return null
  }
}
