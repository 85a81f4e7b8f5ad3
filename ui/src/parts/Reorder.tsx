import { useLingui } from "@lingui/react/macro"
import { ArrowDown, ArrowUp, GripVertical } from "lucide-react"
import { type ReactNode, useState } from "react"
import { IconButton } from "./IconButton.tsx"
import css from "./Reorder.module.css"

export interface ReorderItem {
  id: string
  label: string
  content: ReactNode
  /** Whether it may be moved; the others stay where they are. */
  fixed?: boolean
}

/** A list that can be put into another order: by dragging, or by its buttons. */
export function Reorder({
  label,
  items,
  onMove,
}: {
  label: string
  items: readonly ReorderItem[]
  onMove: (from: number, to: number) => void
}) {
  const { t } = useLingui()
  const [dragged, setDragged] = useState<number>()
  const [over, setOver] = useState<number>()
  const end = () => {
    setDragged(undefined)
    setOver(undefined)
  }
  const may = (index: number) => items[index] !== undefined && !items[index].fixed
  return (
    <ul className={css.list} aria-label={label}>
      {items.map(({ id, label: name, content, fixed }, index) => (
        <li
          key={id}
          className={css.item}
          draggable={!fixed}
          data-over={over === index && dragged !== index}
          data-after={dragged !== undefined && dragged < index}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = "move"
            event.dataTransfer.setData("text/plain", name)
            setDragged(index)
          }}
          onDragOver={(event) => {
            if (dragged === undefined || fixed) return
            event.preventDefault()
            setOver(index)
          }}
          onDrop={(event) => {
            event.preventDefault()
            if (dragged !== undefined && dragged !== index) onMove(dragged, index)
            end()
          }}
          onDragEnd={end}
        >
          <GripVertical className={css.grip} data-fixed={fixed} size={14} strokeWidth={1.5} aria-hidden />
          <div className={css.content}>{content}</div>
          {!fixed && (
            <div className={css.moves}>
              <IconButton
                icon={ArrowUp}
                size={14}
                label={t`Move ${name} up`}
                isDisabled={!may(index - 1)}
                onPress={() => onMove(index, index - 1)}
              />
              <IconButton
                icon={ArrowDown}
                size={14}
                label={t`Move ${name} down`}
                isDisabled={!may(index + 1)}
                onPress={() => onMove(index, index + 1)}
              />
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}

/** A list with one of its members at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list]
  out.splice(to, 0, ...out.splice(from, 1))
  return out
}
