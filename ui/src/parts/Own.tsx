import type { ReactNode } from "react"

/** What somebody wrote runs in its own direction and stands where the rest of its cell does; parts say so themselves. */
export function Own({ children }: { children: ReactNode }) {
  return typeof children === "string" ? <span dir="auto">{children}</span> : children
}
