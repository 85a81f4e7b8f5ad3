import { createStore, useStore } from "./store.ts"

/** The zone in which times are shown, where the reader has chosen one; else the browser's. */
export const zoneInForce = createStore<string | undefined>(undefined)

/** How moments are put into words: `new Date(at).toLocaleString(locale, { ...useZone(), … })`. */
export function useZone(): { timeZone?: string } {
  const timeZone = useStore(zoneInForce)
  return timeZone ? { timeZone } : {}
}
