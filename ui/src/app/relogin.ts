import { createStore } from "./store.ts"

/** Whether a request waits for a log-in: the page stays as it is, with all that was typed, and a form comes over it. */
export const loginAsked = createStore(false)

let waiting: ((again: boolean) => void)[] = []

/** Waits until somebody has logged in again; false where they gave up. */
export function askForLogin(): Promise<boolean> {
  loginAsked.set(true)
  return new Promise((resolve) => waiting.push(resolve))
}

/** Ends the waiting of all requests. */
export function answerLogin(again: boolean): void {
  const all = waiting
  waiting = []
  loginAsked.set(false)
  for (const resolve of all) resolve(again)
}
