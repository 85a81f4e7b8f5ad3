import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { type DragEvent, useEffect, useEffectEvent, useRef, useState } from "react"
import { FileTrigger } from "react-aria-components"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { Notice, Progress, Said } from "../parts/States.tsx"
import { bytes, formatLocale } from "../parts/Time.tsx"
import { fileOfRows, handedFile } from "./handed.ts"
import css from "./Import.module.css"
import { sendAhead } from "./upload.ts"

/** Where a file comes in: dropped, chosen, or as pasted rows. It is sent ahead, and `onSent` gets its token. */
export function FileStep({ onSent }: { onSent: (upload: string) => void }) {
  const { sending, sent, stop } = useSendAhead(onSent)
  const [rows, setRows] = useState("")
  const { variables: file, error } = sending
  return (
    <div className={css.step}>
      {sending.isPending ? (
        <Sending file={file} sent={sent} onStop={stop} />
      ) : (
        <Take rows={rows} onRows={setRows} onFile={sending.mutate} />
      )}
      {error && !isAbort(error) && (
        <Notice kind="danger">
          <Trans>The file was not taken.</Trans> <Said error={error} />
        </Notice>
      )}
      {error && file && !rows.trim() && (
        <div>
          <Button onPress={() => sending.mutate(file)}>
            <Trans>Send {file.name} again</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError"
}

/** Sends a file; one that was dropped on another page goes at once. */
function useSendAhead(onSent: (upload: string) => void) {
  const abort = useRef<AbortController>(undefined)
  const [sent, setSent] = useState(0)
  const sending = useMutation({
    mutationFn: (file: File) => {
      setSent(0)
      abort.current = new AbortController()
      return sendAhead(file, setSent, abort.current.signal)
    },
    onSuccess: ({ upload }) => onSent(upload),
  })
  const takeHanded = useEffectEvent(() => {
    const file = handedFile.get()
    handedFile.set(undefined)
    if (file) sending.mutate(file)
  })
  useEffect(() => takeHanded(), [])
  return { sending, sent, stop: () => abort.current?.abort(new DOMException("", "AbortError")) }
}

function Sending({ file, sent, onStop }: { file: File | undefined; sent: number; onStop: () => void }) {
  const { t, i18n } = useLingui()
  const locale = formatLocale(i18n.locale)
  const size = file?.size ?? 0
  return (
    <div className={css.stack}>
      <p>
        <Trans>Sending {file?.name ?? ""}.</Trans>
      </p>
      <Progress
        label={t`Sent`}
        value={Math.min(sent, size)}
        of={size}
        text={t`${bytes(Math.min(sent, size), locale)} of ${bytes(size, locale)}`}
      />
      <div>
        <Button onPress={onStop}>
          <Trans>Stop sending</Trans>
        </Button>
      </div>
    </div>
  )
}

function Take({
  rows,
  onRows,
  onFile,
}: {
  rows: string
  onRows: (rows: string) => void
  onFile: (file: File) => void
}) {
  const { t } = useLingui()
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file) onFile(file)
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the button in it does the same */}
      <div
        className={css.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p className={css.first}>
          <Trans>Drop a file here.</Trans>
        </p>
        <p className={css.second}>
          <Trans>CSV, JSON or NDJSON, in UTF-8; the first row of a CSV names its columns.</Trans>
        </p>
        <div className={css.indented}>
          <FileTrigger
            acceptedFileTypes={[".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl"]}
            onSelect={(files) => files?.[0] && onFile(files[0])}
          >
            <Button kind="primary">
              <Trans>Choose a file</Trans>
            </Button>
          </FileTrigger>
        </div>
      </div>
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault()
          if (rows.trim()) onFile(fileOfRows(rows))
        }}
      >
        <TextField
          label={t`Or paste rows`}
          help={<Trans>From a spreadsheet, with the row that names the columns.</Trans>}
          rows={6}
          mono
          value={rows}
          onChange={onRows}
        />
        <div>
          <Button type="submit" isDisabled={!rows.trim()}>
            <Trans>Take these rows</Trans>
          </Button>
        </div>
      </form>
    </>
  )
}
