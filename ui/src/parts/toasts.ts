import { UNSTABLE_ToastQueue as ToastQueue } from "react-aria-components"

export interface Told {
  text: string
  kind?: "ok" | "danger"
  action?: { label: string; onPress: () => void }
}

/** What was done, told in passing. Errors that have a place are told there, not here. */
export const toasts = new ToastQueue<Told>({ maxVisibleToasts: 3 })

/** Tells that something was done, with a way back where there is one. */
export function tell(text: string, action?: Told["action"]): void {
  toasts.add(action ? { text, action } : { text }, { timeout: action ? 10_000 : 5_000 })
}

/** Tells of a failure that has no place on the page. It stays until it is closed. */
export function tellFailure(text: string): void {
  toasts.add({ text, kind: "danger" })
}
