import type { LucideIcon } from "lucide-react"
import { Check } from "lucide-react"
import { Fragment, type ReactNode } from "react"
import {
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  type PopoverProps,
  Separator,
} from "react-aria-components"
import css from "./Menu.module.css"

export interface Item {
  id: string
  label: string
  icon?: LucideIcon | undefined
  /** The keys that do the same. */
  keys?: string | undefined
  /** A second line. */
  note?: string | undefined
  danger?: boolean | undefined
  /** Marked as chosen. */
  checked?: boolean | undefined
  /** An address: the entry is a link. */
  href?: string | undefined
  onAction?: (() => void) | undefined
}

/** Entries that belong together, with a heading where it helps. */
export interface Section {
  heading?: string
  items: readonly (Item | false | undefined)[]
}

export interface MenuProps {
  /** What opens it: a Button or an IconButton. */
  trigger: ReactNode
  label: string
  sections: readonly (Section | false | undefined)[]
  placement?: PopoverProps["placement"]
}

/** A menu below a button. What one may never do is not in it. */
export function Menu({ trigger, label, sections, placement }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={css.popover ?? ""} offset={2} {...(placement ? { placement } : {})}>
        <Entries label={label} sections={sections} />
      </Popover>
    </MenuTrigger>
  )
}

/** A menu that one of many things opens, such as the name of a column. */
export function MenuAt({
  at,
  label,
  sections,
  onClose,
}: {
  at: HTMLElement
  label: string
  sections: MenuProps["sections"]
  onClose: () => void
}) {
  return (
    <Popover
      className={css.popover ?? ""}
      offset={2}
      placement="bottom start"
      aria-label={label}
      triggerRef={{ current: at }}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      <Entries label={label} sections={sections} onClose={onClose} />
    </Popover>
  )
}

function Entries({
  label,
  sections,
  onClose,
}: Pick<MenuProps, "label" | "sections"> & { onClose?: () => void }) {
  const shown = sections
    .filter((section) => section !== false && section !== undefined)
    .map((section) => ({
      ...section,
      items: section.items.filter((item) => item !== false && item !== undefined),
    }))
    .filter((section) => section.items.length > 0)
  return (
    <AriaMenu
      aria-label={label}
      className={css.menu ?? ""}
      {...(onClose ? { onClose, autoFocus: true as const } : {})}
    >
      {shown.map((section, index) => (
        <Fragment key={section.heading ?? index}>
          {index > 0 && <Separator className={css.separator ?? ""} />}
          <MenuSection aria-label={section.heading ?? label}>
            {section.heading && <Header className={css.heading}>{section.heading}</Header>}
            {section.items.map(menuItem)}
          </MenuSection>
        </Fragment>
      ))}
    </AriaMenu>
  )
}

function menuItem({ id, label, icon: Icon, keys, note, danger, checked, href, onAction }: Item) {
  return (
    <MenuItem
      key={id}
      id={id}
      textValue={label}
      className={css.item ?? ""}
      data-danger={danger}
      {...(href ? { href } : {})}
      {...(onAction ? { onAction } : {})}
    >
      <span className={css.sign} aria-hidden>
        {checked ? <Check size={16} strokeWidth={1.5} /> : Icon && <Icon size={16} strokeWidth={1.5} />}
      </span>
      <span className={css.text}>
        {label}
        {note && <span className={css.note}>{note}</span>}
      </span>
      {keys && <kbd className={css.keys}>{keys}</kbd>}
    </MenuItem>
  )
}
