import type { FrameHandler, LiveHandler, LiveState } from "couplet-client"
import { useEffect, useEffectEvent, useState } from "react"
import { client } from "./client.ts"
import { leaving } from "./session.ts"

/** Follows a list or record while the component is shown; an empty path follows nothing. */
export function useLive<R>(path: string, handler: LiveHandler<R>): void {
  const onSnapshot = useEffectEvent((snapshot: { results: R[]; count?: number }) =>
    handler.onSnapshot?.(snapshot),
  )
  const onChanges = useEffectEvent((...args: Parameters<NonNullable<LiveHandler<R>["onChanges"]>>) =>
    handler.onChanges?.(...args),
  )
  const onError = useEffectEvent((status: number, body: unknown) => handler.onError?.(status, body))
  useEffect(() => {
    if (!path) return
    const subscription = client.live.subscribe<R>(path, { onSnapshot, onChanges, onError })
    return () => subscription.close()
  }, [path])
}

/** Follows a topic of the system (`schema`, `jobs`, `imports` …) while the component is shown. */
export function useTopic<T>(topic: string, onData: (data: T) => void): void {
  const onFrame: FrameHandler["onFrame"] = useEffectEvent((frame) => onData(frame.data as T))
  useEffect(() => {
    if (!topic) return
    const subscription = client.live.follow(`/api/_/topics/${topic}/`, { onFrame })
    return () => subscription.close()
  }, [topic])
}

/** How the connection to the server stands. */
export function useLiveState(): LiveState {
  const [state, setState] = useState<LiveState>(client.live.state)
  useEffect(() => client.live.watch(setState), [])
  return state
}

/**
 * The live connection hears first that a log-in was ended elsewhere. Whenever it is lost, it is asked who one is: then a
 * log-in is asked for at once, and not only at the next request.
 */
export function useLogInWatch(): void {
  useEffect(
    () =>
      client.live.watch((state) => {
        if (state !== "waiting" || leaving.get()) return
        client.get("/api/_/me/").catch(() => undefined)
      }),
    [],
  )
}
