import { useLingui } from "@lingui/react/macro"
import { Dialog } from "../parts/Dialog.tsx"
import { Facts, Part } from "../parts/Page.tsx"
import { shortcuts, shortcutsShown } from "./shortcuts.ts"

/** The list of keys. */
export function Shortcuts() {
  const { t, i18n } = useLingui()
  return (
    <Dialog title={t`Keyboard shortcuts`} isOpen onClose={() => shortcutsShown.set(false)}>
      {shortcuts.map(({ heading, keys }) => (
        <Part key={heading.id} title={i18n._(heading)}>
          <Facts
            facts={keys.map(({ keys, does }) => [i18n._(does), <kbd key={keys}>{keys}</kbd>] as const)}
          />
        </Part>
      ))}
    </Dialog>
  )
}
