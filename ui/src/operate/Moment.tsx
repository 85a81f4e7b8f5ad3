import { useLingui } from "@lingui/react/macro"
import { useZone } from "../app/zone.ts"
import { formatLocale } from "../parts/Time.tsx"
import css from "./operate.module.css"

/** A moment to the second, the day only where it is not today; the exact one is in the tooltip. */
export function Moment({ at }: { at: string }) {
  const { i18n } = useLingui()
  const date = new Date(at)
  const locale = formatLocale(i18n.locale)
  const zone = useZone()
  const day = (of: Date) => of.toLocaleDateString(locale, zone)
  const today = day(date) === day(new Date())
  return (
    <time dir="auto" dateTime={at} title={at} className={css.whole}>
      {today
        ? date.toLocaleTimeString(locale, zone)
        : date.toLocaleString(locale, { ...zone, dateStyle: "medium", timeStyle: "medium" })}
    </time>
  )
}

/** Seconds as people read them: 1.8 ms, 340 ms, 2.4 s, 3 min. */
export function Lasted({ seconds }: { seconds: number }) {
  const { i18n } = useLingui()
  return <>{lasted(seconds, formatLocale(i18n.locale))}</>
}

export function lasted(seconds: number, locale: string): string {
  const [value, unit] =
    seconds < 1
      ? [seconds * 1000, "millisecond"]
      : seconds < 120
        ? [seconds, "second"]
        : seconds < 7200
          ? [seconds / 60, "minute"]
          : seconds < 172_800
            ? [seconds / 3600, "hour"]
            : [seconds / 86_400, "day"]
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: unit as string,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value)
}
