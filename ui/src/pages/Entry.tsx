import type { ReactNode } from "react"
import { Mark } from "../parts/Mark.tsx"
import { useTitle } from "../parts/Page.tsx"
import css from "./Entry.module.css"

/** The frame of what is open without a log-in: set-up, log-in, links from mails. */
export function Entry({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title)
  return (
    <main className={css.entry}>
      <div className={css.column}>
        <header className={css.header}>
          <Mark size={32} />
          <h1 className={css.title}>{title}</h1>
        </header>
        {children}
      </div>
    </main>
  )
}
