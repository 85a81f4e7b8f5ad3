import { parseJSON } from "couplet-client"
import type { Field, Value } from "../../app/collections.ts"
import { isText } from "../columns.ts"

/** What an editor of text begins with. */
export function editText(field: Field, value: Value | undefined, zone: string | undefined): string {
  if (value === null || value === undefined) return ""
  if (field.type === "json") return JSON.stringify(value, null, 2)
  if (field.type === "datetime") return localText(String(value), zone)
  if (value === "" && field.null && isText(field.type)) return '""'
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** What a typed text means. What is no value of the field goes to the server as it is: it knows what to say. */
export function valueFrom(field: Field, text: string, zone: string | undefined): Value {
  if (isText(field.type)) {
    if (text === "" && field.null) return null
    return text === '""' ? "" : text
  }
  if (text.trim() === "" || text.trim() === "null") return field.null ? null : ""
  if (field.type === "json") return parseJSON(text) as Value
  if (field.type === "datetime") return utcText(text.trim(), zone)
  return text.trim()
}

/** What is wrong with a JSON text, or nothing. */
export function jsonFault(text: string): string | undefined {
  if (text.trim() === "") return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** A moment as day and time in a zone: `2024-06-14 19:02:00.000001`. The part below a second stays as it was. */
export function localText(value: string, zone: string | undefined): string {
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) return value
  const fraction = /\.\d+/.exec(value)?.[0] ?? ""
  const shifted = new Date(at.getTime() + offsetAt(at, zone))
  return shifted.toISOString().slice(0, 19).replace("T", " ") + fraction
}

const moment = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?$/

/** A day and time of a zone as a moment. What has a zone of its own, or is no moment, stays as it is. */
export function utcText(text: string, zone: string | undefined): string {
  const match = moment.exec(text)
  if (!match) return text
  const [, day, time, seconds = ":00", fraction = ""] = match
  const asUTC = new Date(`${day}T${time}${seconds}Z`)
  if (Number.isNaN(asUTC.getTime())) return text
  let at = new Date(asUTC.getTime() - offsetAt(asUTC, zone))
  at = new Date(asUTC.getTime() - offsetAt(at, zone))
  return `${at.toISOString().slice(0, 19)}${fraction}Z`
}

/** By how many milliseconds a zone is before UTC at a moment. */
function offsetAt(at: Date, zone: string | undefined): number {
  if (!zone) return -at.getTimezoneOffset() * 60_000
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"))
  return local - Math.floor(at.getTime() / 1000) * 1000
}
