import { useLingui } from "@lingui/react/macro"
import { X } from "lucide-react"
import type { ReactNode } from "react"
import css from "./Beside.module.css"
import { IconButton } from "./IconButton.tsx"

/** Content with a panel beside it, which covers nothing; on a phone the panel takes the screen. */
export function Beside({ children, panel }: { children: ReactNode; panel?: ReactNode }) {
  return (
    <div className={css.both} data-open={Boolean(panel)}>
      <div className={css.content}>{children}</div>
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
