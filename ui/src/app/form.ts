import { ApiError } from "couplet-client"
import { type FormEvent, useState } from "react"

/** A form that is being sent: whether it is under way, what the server said about it, and about each field. */
export interface Sending {
  pending: boolean
  error: unknown
  of: (field: string) => string[] | undefined
  /** What was said that belongs to none of these fields. */
  rest: (...fields: string[]) => unknown
  submit: (event: FormEvent) => void
  reset: () => void
}

/** The status of an answer that failed; 0 where there was none. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError ? error.status : 0
}

/** Sends a form by `send`. What the server refuses is kept by field; the page stays as it is. */
export function useSending(send: () => Promise<void>): Sending {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<unknown>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (pending) return
    setPending(true)
    setError(undefined)
    send()
      .catch(setError)
      .finally(() => setPending(false))
  }
  const of = (field: string) => {
    const messages = error instanceof ApiError ? error.of(field) : []
    return messages.length > 0 ? messages : undefined
  }
  return {
    pending,
    error,
    of,
    rest: (...fields) => (error === undefined || fields.some((field) => of(field)) ? undefined : error),
    submit,
    reset: () => setError(undefined),
  }
}
