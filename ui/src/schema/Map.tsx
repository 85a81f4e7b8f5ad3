import { useLingui } from "@lingui/react/macro"
import { Link, useNavigate } from "@tanstack/react-router"
import { Maximize, ZoomIn, ZoomOut } from "lucide-react"
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react"
import { changePreferences, usePreferences } from "../app/preferences.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { entriesOf } from "./document.ts"
import css from "./Map.module.css"
import { type Box, boxesOf, type Edge, edgePath, edgesOf, extent, type Positions } from "./mapLayout.ts"
import { useWorkState } from "./work.ts"

interface View {
  x: number
  y: number
  zoom: number
}

/** The collections as boxes and their relations as lines. Boxes stay where they were put; the list below says the same in words. */
export function SchemaMap() {
  const { t } = useLingui()
  const { document } = useWorkState()
  const preferences = usePreferences()
  const stored = (preferences.schema_map ?? {}) as Positions
  const [moving, setMoving] = useState<Positions>({})
  const [view, setView] = useState<View>({ x: 24, y: 24, zoom: 1 })
  const drag = useRef<{ box: string | undefined; x: number; y: number } | undefined>(undefined)
  const canvas = useRef<HTMLDivElement>(null)
  const boxes = boxesOf(document, { ...stored, ...moving })
  const edges = edgesOf(document, boxes)
  const at = (box: Box, x: number, y: number) => ({
    ...moving,
    [box.id]: { x: Math.round(x), y: Math.round(y) },
  })
  const keep = (positions: Positions) =>
    void changePreferences({ schema_map: positions }).catch(() => undefined)
  const zoomed = (by: number) => setView({ ...view, zoom: Math.min(2, Math.max(0.25, view.zoom * by)) })

  const onPointerDown = (event: PointerEvent) => {
    const box = (event.target as Element).closest("[data-box]")?.getAttribute("data-box") ?? undefined
    drag.current = { box, x: event.clientX, y: event.clientY }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current
    if (!from) return
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
    drag.current = { ...from, x: event.clientX, y: event.clientY }
    const box = boxes.find(({ id }) => id === from.box)
    if (box) setMoving(at(box, box.x + dx / view.zoom, box.y + dy / view.zoom))
    else setView({ ...view, x: view.x + dx, y: view.y + dy })
  }
  const onPointerUp = () => {
    if (drag.current?.box) keep(moving)
    drag.current = undefined
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-32, 0],
      ArrowRight: [32, 0],
      ArrowUp: [0, -32],
      ArrowDown: [0, 32],
    }
    const step = steps[event.key]
    const focused = (event.target as Element).closest("[data-box]")?.getAttribute("data-box")
    const box = boxes.find(({ id }) => id === focused)
    if (step && event.shiftKey && box) {
      const next = at(box, box.x + step[0] / 2, box.y + step[1] / 2)
      setMoving(next)
      keep(next)
    } else if (step) setView({ ...view, x: view.x - step[0], y: view.y - step[1] })
    else if (event.key === "+" || event.key === "=") zoomed(1.25)
    else if (event.key === "-") zoomed(0.8)
    else if (event.key === "0") setView({ x: 24, y: 24, zoom: 1 })
    else return
    event.preventDefault()
  }
  const fit = () => {
    const { width, height } = extent(boxes)
    const zoom = Math.min(1, 1100 / (width + 48), 700 / (height + 48))
    setView({ x: 24, y: 24, zoom: Math.max(0.25, zoom) })
    // What comes next is to move about in it.
    canvas.current?.focus()
  }
  return (
    <div className={css.around}>
      <div className={css.tools} role="toolbar" aria-label={t`Map`}>
        <IconButton icon={ZoomIn} label={t`Larger`} keys="+" onPress={() => zoomed(1.25)} />
        <IconButton icon={ZoomOut} label={t`Smaller`} keys="-" onPress={() => zoomed(0.8)} />
        <IconButton icon={Maximize} label={t`Show all`} onPress={fit} />
        <span className={css.note}>{t`Arrows move the map, Shift and an arrow the chosen box.`}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: it is no group of form fields */}
      <div
        ref={canvas}
        className={css.canvas}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is moved by keys
        tabIndex={0}
        role="group"
        aria-label={t`Map of the schema`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onWheel={(event) => {
          if (event.ctrlKey) zoomed(event.deltaY < 0 ? 1.1 : 0.9)
          else setView({ ...view, x: view.x - event.deltaX, y: view.y - event.deltaY })
        }}
        onKeyDown={onKeyDown}
      >
        <svg className={css.svg} width="100%" height="100%">
          <title>{t`Collections and relations`}</title>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.zoom})`}>
            {edges.map((edge) => (
              <EdgeLine key={`${edge.from.name}.${edge.field}`} edge={edge} />
            ))}
            {boxes.map((box) => (
              <BoxShape key={box.id} box={box} />
            ))}
          </g>
        </svg>
      </div>
      <ul className={css.list} aria-label={t`Collections and relations in words`}>
        {entriesOf(document.collections).map(([name]) => {
          const to = edges
            .filter(({ from }) => from.name === name)
            .map(({ field, to }) => `${field} → ${to.name}`)
          return (
            <li key={name}>
              <Link to="/schema/$collection" params={{ collection: name }}>
                {name}
              </Link>{" "}
              {to.length > 0 ? t`leads to ${to.join(", ")}` : t`leads nowhere`}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function EdgeLine({ edge }: { edge: Edge }) {
  const { d, end } = edgePath(edge)
  return (
    <>
      <path d={d} className={css.edge} data-many={edge.many} />
      <circle cx={end.x} cy={end.y} r={edge.many ? 4 : 2.5} className={css.end} data-many={edge.many} />
    </>
  )
}

function BoxShape({ box }: { box: Box }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const open = () => void navigate({ to: "/schema/$collection", params: { collection: box.name } })
  return (
    <g data-box={box.id} className={css.box} transform={`translate(${box.x} ${box.y})`}>
      {/* biome-ignore lint/a11y/useSemanticElements: SVG has no buttons */}
      <rect
        width={box.width}
        height={box.height}
        tabIndex={0}
        role="button"
        aria-label={t`Collection ${box.name}`}
        onDoubleClick={open}
        onKeyDown={(event) => event.key === "Enter" && open()}
      />
      <text x={12} y={21} className={css.title}>
        {box.name}
      </text>
      <line x1={0} x2={box.width} y1={32} y2={32} />
      {box.fields.map(([name, type], index) => (
        <g key={name} transform={`translate(0 ${32 + index * 24})`}>
          <text x={12} y={16}>
            {name}
          </text>
          <text x={box.width - 12} y={16} textAnchor="end" className={css.type}>
            {type}
          </text>
        </g>
      ))}
      {box.more > 0 && (
        <text x={12} y={box.height - 8} className={css.type}>
          {t`${box.more} more`}
        </text>
      )}
    </g>
  )
}
