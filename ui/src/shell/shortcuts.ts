import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import { createStore } from "../app/store.ts"

/** Whether the list of keys is open. */
export const shortcutsShown = createStore(false)

/** Whether the palette is open. */
export const paletteShown = createStore(false)

export interface Shortcut {
  keys: string
  does: MessageDescriptor
}

/** All keys, by where they act. */
export const shortcuts: readonly { heading: MessageDescriptor; keys: readonly Shortcut[] }[] = [
  {
    heading: msg`Everywhere`,
    keys: [
      { keys: "Ctrl+K", does: msg`Find a place, a record or an action` },
      { keys: "F6", does: msg`Go to the next region` },
      { keys: "Ctrl+S", does: msg`Save` },
      { keys: "Ctrl+Shift+F", does: msg`Filter the list by an expression` },
      { keys: "Ctrl+Enter", does: msg`Submit` },
      { keys: "Esc", does: msg`Close, or give up` },
      { keys: "?", does: msg`Show these keys` },
    ],
  },
  {
    heading: msg`In a list, on a cell`,
    keys: [
      { keys: "F2, Enter", does: msg`Edit; typing replaces` },
      { keys: "Enter, Tab", does: msg`Save, and go down or on (while editing)` },
      { keys: "Delete", does: msg`Empty the cells` },
      { keys: "Space", does: msg`Open the record` },
      { keys: "Shift+Enter", does: msg`Add a record` },
      { keys: "Shift+Space", does: msg`Choose the record` },
      { keys: "Shift+arrows", does: msg`Select cells` },
      { keys: "Ctrl+C, Ctrl+V", does: msg`Copy and paste cells` },
      { keys: "Ctrl+D", does: msg`Fill the selection down` },
      { keys: "Ctrl+Z, Ctrl+Y", does: msg`Undo, redo` },
      { keys: "Ctrl+A", does: msg`Choose all that match` },
      { keys: "Ctrl+End", does: msg`Go to the last record` },
    ],
  },
]

/** Whether a key was typed where it means text. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.role === "textbox")
  )
}
