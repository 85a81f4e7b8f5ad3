import { Trans, useLingui } from "@lingui/react/macro"
import { useRef } from "react"
import { Button } from "../../parts/Button.tsx"
import { fileName } from "../cells/text.ts"
import type { EditorProps } from "./CellEditor.tsx"
import css from "./Editors.module.css"
import { Surface } from "./Surface.tsx"

/** A file: another one in its place, or none. */
export function FileEditor({ field, value, row, commit, cancel }: EditorProps) {
  const { t } = useLingui()
  const input = useRef<HTMLInputElement>(null)
  const file = row._files?.[field.name]
  const address = file?.url ?? (typeof value === "string" ? value : "")
  return (
    <Surface onLeave={() => undefined}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape ends the edit wherever the focus is in it */}
      <div
        className={css.file}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return
          event.preventDefault()
          cancel()
        }}
      >
        {address && field.type === "image" && (
          <img className={css.preview} src={`${new URL(address, location.href).pathname}?w=480`} alt="" />
        )}
        {address ? (
          <a href={new URL(address, location.href).pathname} target="_blank" rel="noreferrer">
            {file?.name ?? fileName(address)}
          </a>
        ) : (
          <span className={css.null}>null</span>
        )}
        <input
          ref={input}
          type="file"
          hidden
          accept={field.type === "image" ? "image/*" : (field.accept ?? []).join(",")}
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            if (chosen) commit(chosen, "stay", chosen.name)
          }}
        />
        <div className={css.buttons}>
          <Button autoFocus onPress={() => input.current?.click()}>
            {address ? t`Choose another file` : t`Choose a file`}
          </Button>
          {address && (field.null || field.blank) && (
            <Button onPress={() => commit(null, "stay", "")}>
              <Trans>Take away</Trans>
            </Button>
          )}
          <Button kind="quiet" onPress={cancel}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </div>
    </Surface>
  )
}
