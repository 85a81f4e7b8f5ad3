import { useLingui } from "@lingui/react/macro"
import { type PointerEvent, useState } from "react"
import { useZone } from "../app/zone.ts"
import { formatLocale } from "../parts/Time.tsx"
import css from "./Metrics.module.css"

export interface Line {
  label: string
  values: (number | null)[]
}

const width = 360
const height = 96

/** One figure over time: a line or two, what they are now, and under the pointer what they were. */
export function Chart({
  title,
  lines,
  format,
  start,
  step,
}: {
  title: string
  lines: Line[]
  format: (value: number) => string
  start: string
  step: number
}) {
  const { t, i18n } = useLingui()
  const [at, setAt] = useState<number>()
  const count = lines[0]?.values.length ?? 0
  const most = ceiling(Math.max(0, ...lines.flatMap((line) => line.values.map((value) => value ?? 0))))
  const last = at ?? count - 1
  const zone = useZone()
  const begin = new Date(start).getTime()
  const clock = (index: number) =>
    new Date(begin + (index + 1) * step * 1000).toLocaleTimeString(formatLocale(i18n.locale), {
      ...zone,
      hour: "2-digit",
      minute: "2-digit",
    })
  const onPointer = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const place = Math.round(((event.clientX - box.left) / box.width) * (count - 1))
    setAt(Math.min(count - 1, Math.max(0, place)))
  }
  const said = (value: number | null | undefined) => (value == null ? "–" : format(value))
  const now = lines.map((line) => `${line.label} ${said(line.values[count - 1])}`).join(", ")
  return (
    <figure className={css.chart}>
      <figcaption className={css.caption}>
        <span className={css.title}>{title}</span>
        {lines.map((line, index) => (
          <span key={line.label} className={css.value} data-line={index}>
            {lines.length > 1 && (
              <>
                <span className={css.key} aria-hidden />
                {`${line.label} `}
              </>
            )}
            <b>{said(line.values[last])}</b>
          </span>
        ))}
      </figcaption>
      <div className={css.plot}>
        <svg
          role="img"
          aria-label={t`${title}: ${now}. The numbers are in the table.`}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          className={css.svg}
          onPointerMove={onPointer}
          onPointerLeave={() => setAt(undefined)}
        >
          <line className={css.rule} x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
          <line className={css.rule} x1="0" x2={width} y1="0.5" y2="0.5" />
          {lines.map((line, index) => (
            <path key={line.label} className={css.line} data-line={index} d={path(line.values, most)} />
          ))}
          {at !== undefined && (
            <line className={css.cursor} x1={x(at, count)} x2={x(at, count)} y1="0" y2={height} />
          )}
        </svg>
        <span className={css.most}>{format(most)}</span>
      </div>
      <div className={css.axis}>
        <span>{clock(0)}</span>
        {at !== undefined && <span className={css.here}>{clock(at)}</span>}
        <span>{clock(count - 1)}</span>
      </div>
    </figure>
  )
}

const x = (index: number, count: number) => (index / Math.max(1, count - 1)) * width

/** A line through what was measured; it breaks where nothing was. */
function path(values: (number | null)[], most: number): string {
  let drawn = ""
  let pen = false
  values.forEach((value, index) => {
    if (value === null) {
      pen = false
      return
    }
    const y = height - 1 - (value / most) * (height - 4)
    const alone = !pen && (values[index + 1] ?? null) === null
    drawn += `${pen ? "L" : "M"}${x(index, values.length).toFixed(1)} ${y.toFixed(1)}`
    if (alone) drawn += "h1.5"
    pen = true
  })
  return drawn
}

/** The next round number: 1, 2 or 5 of its power of ten. */
function ceiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const first = [1, 2, 5, 10].find((one) => one * power >= value) ?? 10
  return first * power
}
