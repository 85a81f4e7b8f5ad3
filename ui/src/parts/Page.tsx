import { Link } from "@tanstack/react-router"
import { type ReactNode, useEffect } from "react"
import { Own } from "./Own.tsx"
import css from "./Page.module.css"

/** A screen: its name and actions at the top, its content below. The name is also the window's title. */
export function Page({
  title,
  area,
  lead,
  actions,
  tabs,
  children,
  wide = false,
  still = false,
}: {
  title: string
  /** What it is a part of, for the window's title: another area may have a screen of the same name. */
  area?: string
  /** Before the title: the way back. */
  lead?: ReactNode
  actions?: ReactNode
  tabs?: ReactNode
  /** Absent where the page is laid out below its top by itself. */
  children?: ReactNode
  /** The content takes the whole width and scrolls by itself, as grids do. */
  wide?: boolean
  /** Nothing in it takes the focus, so it does itself, and can be scrolled by keys. */
  still?: boolean
}) {
  useTitle(area ? `${title} · ${area}` : title)
  return (
    <div className={css.page} data-bare={children === undefined || undefined}>
      <header className={css.top}>
        {lead}
        <h1 className={css.title} dir="auto">
          {title}
        </h1>
        {tabs}
        <div className={css.actions}>{actions}</div>
      </header>
      {children !== undefined &&
        (still ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
          <section className={css.content} aria-label={title} tabIndex={0}>
            {children}
          </section>
        ) : (
          <div className={wide ? css.wide : css.content}>{children}</div>
        ))}
    </div>
  )
}

/** Names the window after what it shows. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Couplet`
  }, [title])
}

export interface Tab {
  id: string
  label: string
  /** How many there are. */
  count?: number | undefined
}

/** Parts of a screen, as links: the one that is open stands in the address as `tab`, the first one as none. */
export function TabLinks({
  label,
  tabs,
  current,
}: {
  label: string
  tabs: readonly Tab[]
  current: string | undefined
}) {
  const first = tabs[0]?.id
  return (
    <nav aria-label={label} className={css.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.id}
          to="."
          search={
            ((before: Record<string, unknown>) => ({
              ...before,
              tab: tab.id === first ? undefined : tab.id,
            })) as never
          }
          className={css.tab}
          activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
          aria-current={tab.id === (current ?? first) ? "page" : undefined}
        >
          {tab.label}
          {tab.count !== undefined && <span className={css.count}>{tab.count}</span>}
        </Link>
      ))}
    </nav>
  )
}

/** A part of a page with a heading. */
export function Part({
  title,
  help,
  actions,
  children,
}: {
  title: string
  help?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={css.part}>
      <header className={css.partTop}>
        <h2 className={css.partTitle}>{title}</h2>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {help && <p className={css.help}>{help}</p>}
      {children}
    </section>
  )
}

/** Names and values, one line each. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [name: string, value: ReactNode] | false | undefined)[]
}) {
  return (
    <dl className={css.facts}>
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]} className={css.fact}>
              <dt dir="auto">{fact[0]}</dt>
              <dd>
                <Own>{fact[1]}</Own>
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}
