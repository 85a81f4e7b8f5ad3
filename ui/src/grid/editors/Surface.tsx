import { type FocusEvent, type ReactNode, useRef } from "react"
import css from "./Editors.module.css"

/** Where an editor stands: over its cell, or below it, or above where there is no room below. Leaving it with the focus ends it. */
export function Surface({
  children,
  onLeave,
  over = false,
  wide = false,
}: {
  children: ReactNode
  onLeave: () => void
  /** Over the cell, not below it. */
  over?: boolean
  wide?: boolean
}) {
  const own = useRef<HTMLDivElement>(null)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is in it has the focus
    <div
      data-editor
      className={css.surface}
      data-over={over || undefined}
      data-wide={wide || undefined}
      ref={(element) => {
        own.current = element
        if (element) place(element)
      }}
      onBlur={(event: FocusEvent) => {
        const next = event.relatedTarget
        if (next instanceof Node && own.current?.contains(next)) return
        if (!next && !document.hasFocus()) return
        if (next instanceof Element && next.closest("[data-editor-overlay]")) return
        onLeave()
      }}
    >
      {children}
    </div>
  )
}

function place(element: HTMLElement): void {
  const cell = element.closest("[role=gridcell]")?.getBoundingClientRect()
  const grid = element.closest("[role=grid]")?.getBoundingClientRect()
  if (!cell || !grid) return
  const below = grid.bottom - cell.bottom
  const above = cell.top - grid.top - 32
  if (below < 300 && above > below) element.dataset.up = "true"
  const width = Math.max(340, element.offsetWidth)
  if (grid.right - cell.left < width && cell.right - grid.left > width) element.dataset.back = "true"
}
