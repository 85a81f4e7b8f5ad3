import { useLingui } from "@lingui/react/macro"
import { useZone } from "../app/zone.ts"

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const

/** How long ago, or until, a time is, in words. */
export function relativeTime(at: Date, locale: string, now = Date.now()): string {
  const seconds = (at.getTime() - now) / 1000
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" })
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit)
  }
  return format.format(0, "second")
}

/** A moment in the reader's own form; the exact one is in the tooltip. */
export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const { i18n } = useLingui()
  const date = new Date(at)
  const locale = formatLocale(i18n.locale)
  const zone = useZone()
  return (
    <time dir="auto" dateTime={at} title={at}>
      {relative
        ? relativeTime(date, locale)
        : date.toLocaleString(locale, { ...zone, dateStyle: "medium", timeStyle: "short" })}
    </time>
  )
}

/** The locale for numbers and dates: the reader's own variant of the interface's language. */
export function formatLocale(language: string): string {
  if (language === "pseudo") return "en"
  return navigator.languages.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language
}

/** A size in bytes as people read it. */
export function bytes(size: number, locale: string): string {
  const steps = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const
  let step = 0
  let value = size
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000
    step++
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: steps[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value)
}
