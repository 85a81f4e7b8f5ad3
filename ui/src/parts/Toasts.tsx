import { useLingui } from "@lingui/react/macro"
import { X } from "lucide-react"
import {
  Button as AriaButton,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components"
import { Button } from "./Button.tsx"
import css from "./Toasts.module.css"
import { toasts } from "./toasts.ts"

/** Where toasts are shown. */
export function Toasts() {
  const { t } = useLingui()
  return (
    <ToastRegion queue={toasts} className={css.region ?? ""} aria-label={t`Messages`}>
      {({ toast }) => (
        <Toast toast={toast} className={css.toast ?? ""} data-kind={toast.content.kind}>
          <ToastContent className={css.content ?? ""}>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.action && (
            <Button
              kind="quiet"
              onPress={() => {
                toast.content.action?.onPress()
                toasts.close(toast.key)
              }}
            >
              {toast.content.action.label}
            </Button>
          )}
          <AriaButton slot="close" className={css.close ?? ""} aria-label={t`Close`}>
            <X size={16} strokeWidth={1.5} aria-hidden />
          </AriaButton>
        </Toast>
      )}
    </ToastRegion>
  )
}
