import type { LucideIcon } from "lucide-react"
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from "react-aria-components"
import css from "./Button.module.css"

export interface IconButtonProps extends Omit<AriaButtonProps, "children" | "className" | "style"> {
  icon: LucideIcon
  /** Its name, also shown as a tooltip. */
  label: string
  /** The keys that do the same, shown in the tooltip. */
  keys?: string | undefined
  size?: 14 | 16
  pressed?: boolean | undefined
}

export function IconButton({ icon: Icon, label, keys, size = 16, pressed, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton {...props} className={css.icon} aria-label={label} aria-pressed={pressed}>
        <Icon size={size} strokeWidth={1.5} aria-hidden />
      </AriaButton>
      <Tooltip className={css.tooltip ?? ""} offset={4}>
        {label}
        {keys && <kbd className={css.keys}>{keys}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  )
}
