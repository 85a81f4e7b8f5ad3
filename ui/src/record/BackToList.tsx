import { useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { ArrowLeft } from "lucide-react"
import type { Collection } from "../app/collections.ts"
import css from "./BackToList.module.css"

/** From a record's page back to the list that it is in. */
export function BackToList({ collection }: { collection: Collection }) {
  const { t } = useLingui()
  return (
    <Link
      to="/data/$collection"
      params={{ collection: collection.name }}
      className={css.back}
      aria-label={t`Back to ${collection.label_plural}`}
      title={collection.label_plural}
    >
      <ArrowLeft size={16} strokeWidth={1.5} aria-hidden />
    </Link>
  )
}
