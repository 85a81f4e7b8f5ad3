import { useLingui } from "@lingui/react/macro"
import { Check } from "lucide-react"
import { type KeyboardEvent, useId, useState } from "react"
import type { Value } from "../../app/collections.ts"
import type { Move } from "./CellEditor.tsx"
import css from "./Editors.module.css"
import { Surface } from "./Surface.tsx"
import { focusEnd, moveOf } from "./TextEditors.tsx"

export interface PickOption {
  value: Value
  label: string
  hue?: string
}

interface Props {
  label: string
  options: readonly PickOption[]
  search: string
  onSearch: (text: string) => void
  picked: readonly Value[]
  /** Choosing one ends the edit; of many, each is put in or taken out. */
  many: boolean
  hint?: string | undefined
  loading?: boolean
  onPick: (option: PickOption, move: Move) => void
  onEnd: (move: Move) => void
  onCancel: () => void
}

/** A list to choose from, narrowed by typing. */
export function Pick(props: Props) {
  const { label, options, search, onSearch, picked, many, hint, loading, onPick, onEnd, onCancel } = props
  const { t } = useLingui()
  const id = useId()
  const first = Math.max(
    0,
    options.findIndex((option) => isPicked(picked, option)),
  )
  const [moved, setMoved] = useState<number>()
  const at = Math.min(moved ?? (search ? 0 : first), options.length - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const option = options[at]
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    const move = moveOf(event)
    if (step !== 0) {
      setMoved((at + step + options.length) % Math.max(1, options.length))
      event.preventDefault()
    } else if (move) {
      event.preventDefault()
      if (many && event.key === "Enter" && !event.ctrlKey) {
        if (option) onPick(option, "stay")
      } else if (many) onEnd(move)
      else if (option) onPick(option, move)
      else onCancel()
    } else if (event.key === "Escape") {
      event.preventDefault()
      onCancel()
    }
  }
  return (
    <Surface onLeave={() => onEnd("stay")}>
      <input
        className={css.search}
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={id}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        aria-label={label}
        value={search}
        ref={focusEnd(false)}
        onChange={(event) => {
          setMoved(undefined)
          onSearch(event.target.value)
        }}
        onKeyDown={onKeyDown}
      />
      {options.length > 0 && (
        <div id={id} role="listbox" aria-label={label} aria-multiselectable={many} className={css.options}>
          {options.map((option, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the box above
            <div
              key={String(option.value)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={isPicked(picked, option)}
              data-at={index === at || undefined}
              className={css.option}
              ref={index === at ? intoSight : null}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onPick(option, "stay")}
            >
              {option.hue && <span className={css.dot} style={{ background: option.hue }} aria-hidden />}
              {option.value === null ? (
                <span className={css.null}>{option.label}</span>
              ) : (
                <bdi>{option.label}</bdi>
              )}
              {isPicked(picked, option) && <Check size={16} strokeWidth={1.5} aria-hidden />}
            </div>
          ))}
        </div>
      )}
      {options.length === 0 && <p className={css.none}>{loading ? t`Loading` : t`Nothing matches.`}</p>}
      {hint && <p className={css.hint}>{hint}</p>}
    </Surface>
  )
}

function isPicked(picked: readonly Value[], option: PickOption): boolean {
  return picked.some((value) => value === option.value || String(value) === String(option.value))
}

function intoSight(element: HTMLElement | null) {
  element?.scrollIntoView({ block: "nearest" })
}
