import { useLingui } from "@lingui/react/macro"
import { X } from "lucide-react"
import { type ReactNode, type RefObject, useState } from "react"
import {
  Dialog as AriaDialog,
  Popover as AriaPopover,
  DialogTrigger,
  Heading,
  Modal,
  ModalOverlay,
  type PopoverProps,
} from "react-aria-components"
import css from "./Dialog.module.css"
import { IconButton } from "./IconButton.tsx"

export interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons, the chief one last. */
  footer?: ReactNode
  size?: "small" | "large"
  /** Closed by its own buttons only. */
  firm?: boolean
}

/** A question over the page, for consent and the like. Forms are panels or pages, never this. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
  footer,
  size = "small",
  firm = false,
}: DialogProps) {
  const { t } = useLingui()
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!firm}
      isKeyboardDismissDisabled={firm}
      className={css.overlay ?? ""}
    >
      <Modal className={css.modal ?? ""} data-size={size}>
        <AriaDialog className={css.dialog ?? ""}>
          <header className={css.header}>
            <Heading slot="title" className={css.title ?? ""}>
              {title}
            </Heading>
            {!firm && <IconButton icon={X} label={t`Close`} onPress={onClose} />}
          </header>
          <div className={css.body}>{children}</div>
          {footer && <footer className={css.footer}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

export interface PopoverButtonProps {
  trigger: ReactNode
  label: string
  children: ReactNode | ((close: () => void) => ReactNode)
  placement?: PopoverProps["placement"]
  isOpen?: boolean
  onOpenChange?: (open: boolean) => void
}

/** Else a popover is named by its button. */
const namedByItself = { "aria-labelledby": "" }

/** A small surface beside what opens it: filters, columns, settings of a view. */
export function PopoverButton({
  trigger,
  label,
  children,
  placement,
  isOpen,
  onOpenChange,
}: PopoverButtonProps) {
  const [own, setOwn] = useState(false)
  const [opened, setOpened] = useState(0) // what is opened while it still closes begins anew
  const change = (open: boolean) => {
    setOwn(open)
    if (open) setOpened(opened + 1)
    onOpenChange?.(open)
  }
  return (
    <DialogTrigger isOpen={isOpen ?? own} onOpenChange={change}>
      {trigger}
      <AriaPopover
        className={css.popover ?? ""}
        offset={4}
        aria-label={label}
        {...namedByItself}
        {...(placement ? { placement } : {})}
      >
        <Surface key={opened} close={() => change(false)}>
          {children}
        </Surface>
      </AriaPopover>
    </DialogTrigger>
  )
}

/** What a popover shows. The popover itself is the dialog: all of it, with its hidden buttons, is in the dialog's region. */
function Surface({ children, close }: Pick<PopoverButtonProps, "children"> & { close: () => void }) {
  return <div className={css.surface}>{typeof children === "function" ? children(close) : children}</div>
}

/** A small surface beside something that is not its button, such as a menu's. */
export function PopoverAt({
  at,
  label,
  children,
  onClose,
}: {
  at: RefObject<HTMLElement | null>
  label: string
  children: ReactNode
  onClose: () => void
}) {
  return (
    <AriaPopover
      className={css.popover ?? ""}
      offset={4}
      placement="bottom start"
      aria-label={label}
      triggerRef={at}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      <Surface close={onClose}>{children}</Surface>
    </AriaPopover>
  )
}
