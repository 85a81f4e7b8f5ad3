// Moments as people write them, in a zone, and as the API has them, in UTC. What is below a second stays as it is.

/** A moment as day and time in a zone: `2024-06-14 19:02:00.000001`. */
export function localText(value: string, zone: string | undefined): string {
  const at = new Date(value)
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value) || Number.isNaN(at.getTime())) return value
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
