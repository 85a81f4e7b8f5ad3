import { Trans } from "@lingui/react/macro"
import type { ReactNode } from "react"
import type { Collection } from "../app/collections.ts"
import css from "./FileDrop.module.css"
import { useFileDrop } from "./handed.ts"

/** A part of a page that takes files for a collection, where its reader may import. */
export function FileDrop({
  collection,
  className,
  children,
}: {
  collection: Collection
  className?: string | undefined
  children: ReactNode
}) {
  const may = collection.add !== "none" || collection.change !== "none"
  const { over, props } = useFileDrop(collection.name, may)
  return (
    <div className={`${css.around} ${className ?? ""}`} {...props}>
      {children}
      {over && (
        <p className={css.over}>
          <Trans>Drop the file to import it.</Trans>
        </p>
      )}
    </div>
  )
}
