import { Trans, useLingui } from "@lingui/react/macro"
import { ApiError } from "couplet-client"
import { useId, useRef, useState } from "react"
import { client } from "../../app/client.ts"
import type { Value } from "../../app/collections.ts"
import { Button } from "../../parts/Button.tsx"
import { bytes, formatLocale } from "../../parts/Time.tsx"
import { said } from "../save.ts"
import { isUpload, type Upload } from "../values.ts"
import { ControlLabel } from "./ControlLabel.tsx"
import css from "./Controls.module.css"
import type { ControlProps } from "./control.ts"

/** A file: sent ahead when it is chosen or dropped, and put into the record when that is saved. */
export function FileControl(props: ControlProps) {
  const { field, value, errors, onChange } = props
  const { t } = useLingui()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [sending, setSending] = useState(false)
  const [refused, setRefused] = useState<string[]>()
  const send = (file: File | undefined) => {
    if (!file || sending) return
    setSending(true)
    setRefused(undefined)
    client
      .post<Upload>("/api/_/uploads/", { file })
      .then(({ upload, name, size, type, url }) => onChange({ upload, name, size, type, url }))
      .catch((error: unknown) => setRefused(messages(error)))
      .finally(() => setSending(false))
  }
  return (
    <ControlLabel {...props} id={id} errors={refused ?? errors}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the button */}
      <div
        className={css.file}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          send(event.dataTransfer.files[0])
        }}
      >
        <FileShown {...props} />
        <input
          ref={input}
          type="file"
          hidden
          aria-label={field.label}
          accept={field.type === "image" ? "image/*" : (field.accept ?? []).join(",") || undefined}
          onChange={(event) => {
            send(event.target.files?.[0])
            event.target.value = ""
          }}
        />
        <div className={css.buttons}>
          <Button aria-describedby={id} isPending={sending} onPress={() => input.current?.click()}>
            {sending ? t`Sending…` : value ? t`Choose another file` : t`Choose a file`}
          </Button>
          {value !== null && value !== "" && (field.null || field.blank) && (
            <Button onPress={() => onChange(field.null ? null : "")}>
              <Trans>Take the file out</Trans>
            </Button>
          )}
        </div>
      </div>
    </ControlLabel>
  )
}

function messages(error: unknown): string[] {
  if (!(error instanceof ApiError)) return [String(error)]
  const all = said(error.fields)
  return all.length > 0 ? all : [error.detail]
}

/** The file's name and size, and the picture where it is one. */
export function FileShown({ field, value, row }: Pick<ControlProps, "field" | "value" | "row">) {
  const { i18n } = useLingui()
  const file = fileOf(field.name, value, row)
  if (!file) return <span className={css.null}>null</span>
  const image = field.type === "image" || file.type?.startsWith("image/")
  return (
    <>
      {image && <img className={css.preview} src={file.preview} alt={file.name} />}
      <p>
        <a href={file.url} target="_blank" rel="noreferrer">
          {file.name}
        </a>{" "}
        {file.size !== null && (
          <span className={css.help}>{bytes(file.size, formatLocale(i18n.locale))}</span>
        )}
      </p>
    </>
  )
}

function fileOf(field: string, value: Value, row: ControlProps["row"]) {
  if (isUpload(value)) {
    const { name, size, url, type } = value as Upload
    return { name, size, url, type, preview: url }
  }
  if (typeof value !== "string" || value === "") return undefined
  const told = row?._files?.[field]
  const url = new URL(told?.url ?? value, location.href).pathname
  const name = told?.name ?? decodeURIComponent(url.split("/").at(-1) ?? url)
  return { name, size: told?.size ?? null, url, type: undefined, preview: `${url}?w=640` }
}
