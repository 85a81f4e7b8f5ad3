import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { createStore, useStore } from "../app/store.ts"
import { Button } from "../parts/Button.tsx"
import { Dialog } from "../parts/Dialog.tsx"

/** Asked before rows that are pasted past the end make new records. */
export const growing = createStore<{ count: number; answer: (yes: boolean) => void } | undefined>(undefined)

/** Asks whether rows pasted past the end shall become records. */
export function Growing({ label }: { label: string }) {
  const { t } = useLingui()
  const asked = useStore(growing)
  const answer = (yes: boolean) => {
    asked?.answer(yes)
    growing.set(undefined)
  }
  return (
    <Dialog
      title={t`Paste past the end`}
      isOpen={asked !== undefined}
      onClose={() => answer(false)}
      footer={
        <>
          <Button onPress={() => answer(false)}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind="primary" autoFocus onPress={() => answer(true)}>
            <Plural value={asked?.count ?? 0} one="Add # record" other="Add # records" />
          </Button>
        </>
      }
    >
      <p>
        <Plural
          value={asked?.count ?? 0}
          one={`# row lies past the end of ${label}. It becomes a new record.`}
          other={`# rows lie past the end of ${label}. They become new records.`}
        />
      </p>
    </Dialog>
  )
}
