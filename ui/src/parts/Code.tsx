import { useLingui } from "@lingui/react/macro"
import { Copy } from "lucide-react"
import css from "./Code.module.css"
import { IconButton } from "./IconButton.tsx"
import { tell } from "./toasts.ts"

/** Text for machines, with a button that copies it. */
export function Code({ text, label }: { text: string; label: string }) {
  const { t } = useLingui()
  return (
    <div className={css.around}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
      <section className={css.code} tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <div className={css.copy}>
        <IconButton
          icon={Copy}
          label={t`Copy`}
          onPress={() => {
            copyText(text)
            tell(t`Copied.`)
          }}
        />
      </div>
    </div>
  )
}

/** Copies by a copy event, which works on plain http, too, where the page has no clipboard of its own. */
export function copyText(text: string, html?: string): void {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text)
    if (html) event.clipboardData?.setData("text/html", html)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  document.addEventListener("copy", put, { capture: true, once: true })
  document.execCommand("copy")
  document.removeEventListener("copy", put, { capture: true })
}
