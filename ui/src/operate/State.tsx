import { CircleCheck, CircleDashed, CircleX, LoaderCircle, TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import css from "./operate.module.css"

const signs = {
  ok: CircleCheck,
  wait: CircleDashed,
  work: LoaderCircle,
  warn: TriangleAlert,
  danger: CircleX,
}

/** How something stands: a sign and a word. */
export function State({ kind, children }: { kind: keyof typeof signs; children: ReactNode }) {
  const Sign = signs[kind]
  return (
    <span className={css.state} data-kind={kind}>
      <Sign size={16} strokeWidth={1.5} aria-hidden />
      {children}
    </span>
  )
}
