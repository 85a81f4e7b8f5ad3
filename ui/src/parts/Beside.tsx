import { useLingui } from "@lingui/react/macro"
import { X } from "lucide-react"
import { type ReactNode, useLayoutEffect, useRef } from "react"
import css from "./Beside.module.css"
import { IconButton } from "./IconButton.tsx"

/**
 * Content with a panel beside it, which covers nothing; on a phone the panel takes the screen. When it goes, the focus
 * that was in it goes back to where it came from.
 */
export function Beside({ children, panel }: { children: ReactNode; panel?: ReactNode }) {
  const open = Boolean(panel)
  const last = useRef<HTMLElement>(undefined)
  useLayoutEffect(() => {
    if (open || document.activeElement !== document.body) return
    if (last.current?.isConnected) last.current.focus()
  }, [open])
  return (
    <div className={css.both} data-open={open}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: takes note of what in it has the focus */}
      <div
        className={css.content}
        onFocus={(event) => {
          last.current = event.target
        }}
      >
        {children}
      </div>
      {panel}
    </div>
  )
}

/** The panel: what it is about, a way to close it, and its content. */
export function SidePanel({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useLingui()
  return (
    <section
      className={css.panel}
      aria-label={title}
      data-region
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose()
      }}
    >
      <header className={css.top}>
        <h2 className={css.title}>{title}</h2>
        <IconButton icon={X} label={t`Close the panel`} keys="Esc" onPress={onClose} />
      </header>
      <div className={css.body}>{children}</div>
    </section>
  )
}
