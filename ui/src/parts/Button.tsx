import type { LucideIcon } from "lucide-react"
import type { ReactNode } from "react"
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components"
import css from "./Button.module.css"

export interface ButtonProps extends Omit<AriaButtonProps, "children" | "className" | "style"> {
  /** primary: the one thing that the screen is for; danger: loses something; quiet: without an edge. */
  kind?: "primary" | "danger" | "quiet" | undefined
  icon?: LucideIcon | undefined
  children: ReactNode
}

/**
 * A button that says what it does: verb and object. While what it began is under way it keeps the focus and does nothing.
 * That is not left to react-aria, which announces such a button by an image that has no name once the button is gone.
 */
export function Button({ kind, icon: Icon, isPending, onPress, type, children, ...props }: ButtonProps) {
  const own = isPending
    ? { type: "button" as const, "aria-disabled": true, "data-pending": true }
    : { ...(type && { type }), ...(onPress && { onPress }) }
  return (
    <AriaButton {...props} {...own} className={css.button} data-kind={kind}>
      {Icon && <Icon size={16} strokeWidth={1.5} aria-hidden />}
      {children}
    </AriaButton>
  )
}
