import { useLingui } from "@lingui/react"
import { useMemo } from "react"
import type { Field, Row, Value } from "../../app/collections.ts"
import { usePreferences } from "../../app/preferences.ts"
import { formatLocale } from "../../parts/Time.tsx"
import { isFile, isRelation } from "../columns.ts"

/** How moments are shown: in this locale and zone. */
export interface Shown {
  locale: string
  zone: string | undefined
}

/** Locale and zone of the reader. */
export function useShown(): Shown {
  const { i18n } = useLingui()
  const { zone } = usePreferences()
  const locale = formatLocale(i18n.locale)
  return useMemo(() => ({ locale, zone: zone || undefined }), [locale, zone])
}

/** The value of a field as one line of text: what is read out, copied and searched. */
export function textOf(field: Field, value: Value | undefined, row: Row | undefined, shown: Shown): string {
  if (value === null || value === undefined) return ""
  if (field.choices) return labelOf(field, value)
  if (isRelation(field.type)) return relationTexts(field, value, row).join(", ")
  if (isFile(field.type)) return row?._files?.[field.name]?.name ?? fileName(String(value))
  switch (field.type) {
    case "datetime":
      return momentText(String(value), shown)
    case "date":
      return dateText(String(value), shown)
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value)
  }
}

export function labelOf(field: Field, value: Value): string {
  return field.choices?.find(([known]) => String(known) === String(value))?.[1] ?? String(value)
}

/** The names of a relation's targets; `#42` where one is not in sight. */
export function relationTexts(field: Field, value: Value, row: Row | undefined): string[] {
  const keys = Array.isArray(value) ? value : [value]
  const told = row?._rel?.[field.name]
  const names = Array.isArray(told) ? told : [told]
  return keys.map((key, index) => names[index] ?? `#${key}`)
}

export function fileName(address: string): string {
  return decodeURIComponent(address.split("/").at(-1) ?? address)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(shown: Shown, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${shown.locale} ${shown.zone}`
  let known = formats.get(key)
  if (!known) {
    known = new Intl.DateTimeFormat(shown.locale, options)
    formats.set(key, known)
  }
  return known
}

const day = { year: "numeric", month: "2-digit", day: "2-digit" } as const

export function dateText(value: string, shown: Shown): string {
  const at = new Date(`${value}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return value
  return format(shown, "date", { ...day, timeZone: "UTC" }).format(at)
}

/** Day and time in the reader's zone. */
export function momentParts(value: string, shown: Shown): [day: string, time: string] {
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) return [value, ""]
  const zone = shown.zone ? { timeZone: shown.zone } : {}
  const seconds = /:\d\d:(?!00(?:[.Z+-]|$))/.test(value) ? ({ second: "2-digit" } as const) : {}
  return [
    format(shown, "day", { ...day, ...zone }).format(at),
    format(shown, `time${"second" in seconds}`, {
      hour: "2-digit",
      minute: "2-digit",
      ...seconds,
      ...zone,
    }).format(at),
  ]
}

export function momentText(value: string, shown: Shown): string {
  return momentParts(value, shown).join(" ").trim()
}
