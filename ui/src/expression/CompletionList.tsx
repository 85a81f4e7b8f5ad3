import { useLingui } from "@lingui/react/macro"
import type { RefObject } from "react"
import type { Completion } from "./api.ts"
import css from "./ExpressionField.module.css"
import type { Proposal } from "./useCompletion.ts"

interface Shown {
  list: readonly Proposal[]
  active: number
  take: (proposal: Proposal) => void
}

/** What can stand at the caret, below it. The focus stays in the text. */
export function CompletionList({
  id,
  label,
  completion: { list, active, take },
  field,
}: {
  id: string
  label: string
  completion: Shown
  field: RefObject<HTMLTextAreaElement | null>
}) {
  const place = (popover: HTMLDivElement | null) => {
    if (!popover) return
    if (!popover.matches(":popover-open")) popover.showPopover()
    putBelow(popover, field.current)
    popover.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" })
  }
  return (
    <div
      ref={place}
      popover="manual"
      id={`${id}-list`}
      role="listbox"
      aria-label={label}
      className={css.list}
      data-active={active}
    >
      {list.map((proposal, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text field (aria-activedescendant)
        <div
          key={`${proposal.kind}${proposal.text}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={css.option}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(proposal)}
        >
          <span className={css.proposed}>{proposal.text}</span>
          <Detail completion={proposal} />
        </div>
      ))}
    </div>
  )
}

function Detail({ completion: { kind, detail } }: { completion: Completion }) {
  const { t } = useLingui()
  const kinds = {
    field: t`field`,
    relation: t`relation`,
    list: t`list`,
    variable: t`variable`,
    function: t`function`,
    method: t`test of a text`,
    keyword: t`value`,
    choice: t`choice`,
  }
  return <span className={css.detail}>{detail || kinds[kind]}</span>
}

/** Puts the list below the beginning of the word, and above the field where there is more room. */
function putBelow(list: HTMLElement, field: HTMLElement | null): void {
  const around = field?.getBoundingClientRect()
  const mirror = field?.parentElement?.querySelector("[data-caret]")?.getBoundingClientRect()
  if (!around || !mirror) return
  const height = list.offsetHeight
  const below = Math.min(mirror.bottom, around.bottom) + 4
  const fits = below + height < window.innerHeight || below < window.innerHeight / 2
  list.style.top = `${fits ? below : Math.max(4, mirror.top - height - 4)}px`
  list.style.left = `${Math.max(4, Math.min(mirror.left - 8, window.innerWidth - list.offsetWidth - 4))}px`
}
