import { useLingui } from "@lingui/react/macro"
import { type ReactNode, useEffect, useState } from "react"
import { Notice } from "../parts/States.tsx"

/** Work whose end nobody knows: what goes on, and for how long it has. */
export function Working({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const begun = Date.now()
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - begun) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Notice>
      {children} {seconds > 0 && t`${seconds} s so far.`}
    </Notice>
  )
}
