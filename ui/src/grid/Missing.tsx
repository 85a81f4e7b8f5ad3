import { Trans, useLingui } from "@lingui/react/macro"
import { useRef, useState } from "react"
import { useStore } from "../app/store.ts"
import { Button } from "../parts/Button.tsx"
import { Said } from "../parts/States.tsx"
import { formatLocale } from "../parts/Time.tsx"
import css from "./Missing.module.css"
import type { GridModel } from "./model.ts"
import { blockSize } from "./rows.ts"

/** Rows of the list that could not be read, in the server's words. Those that were stay where they are. */
export function Missing({ model }: { model: GridModel }) {
  const failures = useStore(model.rows.failures)
  useStore(model.rows.version)
  const which = useRanges()
  const strip = useRef<HTMLDivElement>(null)
  const [pending, setPending] = useState(false)
  const [latest] = [...failures.values()].reverse()
  if (!latest || model.rows.failed) return null
  const again = async () => {
    const had = strip.current?.contains(document.activeElement)
    setPending(true)
    await model.rows.retry()
    setPending(false)
    if (had && model.rows.failures.get().size === 0) model.view?.focus()
  }
  const rows = which([...failures.keys()], model.rows.length)
  return (
    <div ref={strip} className={css.strip}>
      <p role="alert">
        <strong>
          <Trans>Rows {rows} did not load.</Trans>
        </strong>{" "}
        <Said error={latest} />
      </p>
      <Button isPending={pending} onPress={() => void again()}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}

const mostRanges = 3

/** The rows of blocks: "101–200 and 401–600". */
function useRanges() {
  const { i18n } = useLingui()
  const locale = formatLocale(i18n.locale)
  return (blocks: readonly number[], length: number): string => {
    const ranges: { from: number; to: number }[] = []
    for (const block of [...blocks].sort((a, b) => a - b)) {
      const before = ranges.at(-1)
      if (before?.to === block) before.to = block + 1
      else ranges.push({ from: block, to: block + 1 })
    }
    const said = ranges.slice(0, mostRanges).map(({ from, to }) => {
      const [first, last] = [
        from * blockSize + 1,
        Math.max(Math.min(to * blockSize, length), from * blockSize + 1),
      ]
      return `${first.toLocaleString(locale)}–${last.toLocaleString(locale)}`
    })
    if (ranges.length > mostRanges) said.push("…")
    return new Intl.ListFormat(locale).format(said)
  }
}
