import { type KeyboardEvent, type ReactNode, useCallback } from "react"
import css from "./Import.module.css"

/** One step of a wizard: it takes the focus when it comes, and Ctrl+Enter goes on wherever one is in it. */
export function StepForm({
  label,
  onSubmit,
  children,
}: {
  label: string
  onSubmit: () => void
  children: ReactNode
}) {
  const focus = useCallback((form: HTMLFormElement | null) => form?.focus({ preventScroll: true }), [])
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onSubmit()
  }
  return (
    <form
      ref={focus}
      tabIndex={-1}
      className={css.step}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
      onKeyDown={onKeyDown}
    >
      {children}
    </form>
  )
}
