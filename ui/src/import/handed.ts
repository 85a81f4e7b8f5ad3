import { useNavigate } from "@tanstack/react-router"
import { type DragEvent, useState } from "react"
import { createStore } from "../app/store.ts"

/** A file that was dropped on another page and is on its way to the wizard. */
export const handedFile = createStore<File | undefined>(undefined)

/** Rows as text, as spreadsheets copy them, as the file that they would be. */
export function fileOfRows(text: string): File {
  const first = text.slice(0, Math.max(0, text.indexOf("\n")) || undefined)
  return first.includes("\t")
    ? new File([text], "rows.tsv", { type: "text/tab-separated-values" })
    : new File([text], "rows.csv", { type: "text/csv" })
}

/** Opens the wizard with a file. */
export function useImportFile(collection: string): (file: File) => void {
  const navigate = useNavigate()
  return (file) => {
    handedFile.set(file)
    void navigate({ to: "/data/$collection/import/$job", params: { collection, job: "new" } })
  }
}

/**
 * For a page that takes files: spread `props` over the element; `over` says that a file hangs over it. A file that is
 * dropped opens the wizard of the collection. Where nothing may be imported, nothing is taken.
 */
export function useFileDrop(collection: string, may: boolean) {
  const [over, setOver] = useState(false)
  const open = useImportFile(collection)
  const files = (event: DragEvent) => may && event.dataTransfer.types.includes("Files")
  return {
    over,
    props: {
      onDragOver: (event: DragEvent) => {
        if (!files(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = "copy"
        setOver(true)
      },
      onDragLeave: (event: DragEvent) => {
        const to = event.relatedTarget
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) setOver(false)
      },
      onDrop: (event: DragEvent) => {
        setOver(false)
        const file = files(event) ? event.dataTransfer.files[0] : undefined
        if (!file) return
        event.preventDefault()
        open(file)
      },
    },
  }
}
