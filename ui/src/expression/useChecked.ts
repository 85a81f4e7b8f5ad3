import { useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { type Checked, checkQuery } from "./api.ts"

/** A value once it has not changed for a while. */
export function useSettled<T>(value: T, milliseconds = 250): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}

/** What the server says about an expression, once typing has paused. Nothing while it is typed, or where it is empty. */
export function useChecked(
  collection: string,
  expression: string,
): { checked: Checked | undefined; error: unknown } {
  const settled = useSettled(expression)
  const query = useQuery({ ...checkQuery(collection, settled), enabled: settled.trim() !== "" })
  const now = settled === expression && settled.trim() !== ""
  return { checked: now ? query.data : undefined, error: now ? query.error : undefined }
}
