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
      { keys: "Ctrl+Enter", does: msg`Submit` },
      { keys: "Esc", does: msg`Close, or give up` },
      { keys: "?", does: msg`Show these keys` },
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
