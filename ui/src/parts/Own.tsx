import type { ReactNode } from "react"

/** What somebody wrote runs in its own direction and stands where its cell does. What is no text says so itself. */
export function Own({ children }: { children: ReactNode }) {
  return typeof children === "string" ? <span dir="auto">{children}</span> : children
}
