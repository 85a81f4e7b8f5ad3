import { useElementScrollRestoration } from "@tanstack/react-router"
import { type RefObject, useLayoutEffect, useRef, useState } from "react"
import { flushSync } from "react-dom"
import type { GridModel } from "./model.ts"

/** Browsers clip what is higher: Chromium at 33,554,428 px. Beyond this the scroll bar is to a scale. */
const mostHeight = 15_000_000
const overscan = 6
const step = 4
/** Rows are placed from the nearest row of this many, so that scrolling moves none of them. */
export const baseStep = 500

export interface Span {
  first: number
  last: number
  base: number
}

/** Follows scrolling: which rows are in sight, and by how much they are shifted. */
export class Axis {
  offset = 0
  private last = 0
  private direction = 1
  private readonly model: GridModel
  private readonly scroller: HTMLElement
  private readonly body: HTMLElement
  private readonly onSpan: (span: Span) => void
  private readonly head: number
  private readonly heightOf: () => number
  private span: Span = { first: 0, last: 0, base: 0 }

  constructor(
    model: GridModel,
    scroller: HTMLElement,
    body: HTMLElement,
    head: number,
    heightOf: () => number,
    onSpan: (span: Span) => void,
  ) {
    this.heightOf = heightOf
    this.model = model
    this.scroller = scroller
    this.body = body
    this.head = head
    this.onSpan = onSpan
  }

  get height(): number {
    return this.heightOf()
  }

  get total(): number {
    return this.model.rows.length * this.height
  }

  get view(): number {
    return Math.max(0, this.scroller.clientHeight - this.head)
  }

  private get most(): number {
    return Math.max(0, this.total - this.view)
  }

  /** How many pixels of the list a pixel of the scroll bar stands for. */
  private get factor(): number {
    if (this.total <= mostHeight) return 1
    return this.most / (mostHeight - this.view)
  }

  /** What the scroller has been moved to: small moves are to the pixel, far ones by the scale. */
  scrolled(): void {
    const { scrollTop } = this.scroller
    const moved = scrollTop - this.last
    if (moved === 0) {
      this.place()
      return
    }
    this.last = scrollTop
    this.direction = moved < 0 ? -1 : 1
    const { factor } = this
    const end = this.scroller.scrollHeight - this.scroller.clientHeight
    if (factor === 1) this.offset = scrollTop
    else if (scrollTop <= 0) this.offset = 0
    else if (scrollTop >= end - 1) this.offset = this.most
    else if (Math.abs(moved) < 3 * this.view) this.offset += moved
    else this.offset = scrollTop * factor
    this.clamp()
    this.place()
  }

  /** The scroll bar comes to where it belongs after small moves. */
  settled(): void {
    if (this.factor !== 1) this.moveTo(this.offset)
  }

  moveTo(offset: number): void {
    this.offset = offset
    this.clamp()
    this.scroller.scrollTop = this.offset / this.factor
    this.last = this.scroller.scrollTop
    this.place()
  }

  reveal(row: number): void {
    if (row < 0) return
    const top = row * this.height
    if (top < this.offset) this.moveTo(top)
    else if (top + this.height > this.offset + this.view) this.moveTo(top + this.height - this.view)
  }

  /** Places the rows, and tells when others are in sight. */
  place(): void {
    const { height, view } = this
    const top = Math.floor(this.offset / height)
    const first = Math.max(0, Math.floor((top - overscan) / step) * step)
    const bottom = Math.ceil((this.offset + view) / height)
    const last = Math.min(this.model.rows.length - 1, Math.ceil((bottom + overscan) / step) * step)
    const base = Math.floor(top / baseStep) * baseStep
    const before = this.span
    if (first !== before.first || last !== before.last || base !== before.base) {
      this.span = { first, last, base }
      this.onSpan(this.span)
      this.model.rows.need(top, bottom, this.direction)
    }
    this.body.style.transform = `translateY(${base * height - this.offset}px)`
  }

  /** Length or height of rows are others: the first row in sight stays there. */
  resized(height: number): void {
    if (height !== this.height && height > 0) this.offset = (this.offset / height) * this.height
    this.moveTo(this.offset)
  }

  get spacer(): number {
    return Math.min(this.total, mostHeight)
  }

  private clamp(): void {
    this.offset = Math.max(0, Math.min(this.offset, this.most))
  }
}

/** What is remembered of each list in the history: how far it was scrolled. */
export const listScroller = "list"

/** The rows that are to be drawn. Only another span draws anew; between them, scrolling moves one style. */
export function useAxis(
  model: GridModel,
  scroller: RefObject<HTMLElement | null>,
  body: RefObject<HTMLElement | null>,
  head: number,
  length: number,
  height: number,
  /** Where all rows are as high, whatever the list says. */
  fixed?: number,
): { span: Span; axis: RefObject<Axis | undefined> } {
  const [span, setSpan] = useState<Span>({ first: 0, last: -1, base: 0 })
  const axis = useRef<Axis>(undefined)
  const tall = useRef(height)
  const kept = useElementScrollRestoration({ id: listScroller })?.scrollY
  const wanted = useRef(kept)
  useLayoutEffect(() => {
    const around = scroller.current
    const inner = body.current
    if (!around || !inner) return
    let scrolling = false
    const heightOf = () => fixed ?? model.list.get().rowHeight
    const own = new Axis(model, around, inner, head, heightOf, (next) => {
      if (scrolling) flushSync(() => setSpan(next))
      else setSpan(next)
    })
    axis.current = own
    const onScroll = () => {
      scrolling = true
      own.scrolled()
      scrolling = false
    }
    const onEnd = () => own.settled()
    around.addEventListener("scroll", onScroll, { passive: true })
    around.addEventListener("scrollend", onEnd)
    const measure = () => {
      // Not 100cqh, which counts the scroll bar below: the layer would reach under it, and need another one beside.
      around.style.setProperty("--view", `${around.clientHeight}px`)
      own.place()
    }
    const observer = new ResizeObserver(measure)
    observer.observe(around)
    measure()
    return () => {
      around.removeEventListener("scroll", onScroll)
      around.removeEventListener("scrollend", onEnd)
      observer.disconnect()
      axis.current = undefined
    }
  }, [model, scroller, body, head, fixed])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the length moves the end of the list
  useLayoutEffect(() => {
    axis.current?.resized(tall.current)
    tall.current = height
    // Who comes back finds the rows that were in sight, as soon as the list has come so far.
    const around = scroller.current
    if (!around || !wanted.current || around.scrollHeight - around.clientHeight < wanted.current) return
    around.scrollTop = wanted.current
    wanted.current = undefined
    axis.current?.scrolled()
  }, [length, height])
  return { span, axis }
}
