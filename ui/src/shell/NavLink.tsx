import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { Focusable, Tooltip, TooltipTrigger } from "react-aria-components"
import css from "./Sidebar.module.css"

/** An entry of the sidebar. On the rail, where only its sign has room, the name is a tooltip. */
export function NavLink({
  to,
  label,
  sign,
  sub = false,
  search,
}: {
  to: string
  label: string
  sign: ReactNode
  sub?: boolean
  /** Parameters that the address must have, or with undefined must not have, for this to be where one is. */
  search?: Record<string, string | undefined>
}) {
  return (
    <TooltipTrigger delay={300}>
      <Focusable>
        <Link
          to={to}
          className={css.link}
          data-sub={sub}
          activeProps={{ "aria-current": "page" }}
          {...(search ? { search: search as never, activeOptions: { explicitUndefined: true } } : {})}
        >
          <span className={css.strokes} aria-hidden />
          <span className={css.sign} aria-hidden>
            {sign}
          </span>
          <span className={css.label} dir="auto">
            {label}
          </span>
        </Link>
      </Focusable>
      <Tooltip placement="end" className={css.tooltip ?? ""}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  )
}
