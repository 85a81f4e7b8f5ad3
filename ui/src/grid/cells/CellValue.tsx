import { useLingui } from "@lingui/react/macro"
import { Check, File as FileIcon } from "lucide-react"
import type { Collection, Field, Row, Value } from "../../app/collections.ts"
import { bytes } from "../../parts/Time.tsx"
import css from "./Cells.module.css"
import { hueOf } from "./hues.ts"
import { dateText, fileName, labelOf, momentParts, relationTexts, type Shown } from "./text.ts"

interface Props {
  collection: Collection
  field: Field
  value: Value | undefined
  row: Row
  shown: Shown
}

/** A value as the grid shows it, by the type of its field. */
export function CellValue(props: Props) {
  const { collection, field, value, row, shown } = props
  if (value === undefined) return null
  if (value === null) return <span className={css.null}>null</span>
  if (value === "") return <span className={css.null}>""</span>
  if (field.choices) {
    return (
      <span className={css.choice}>
        <span className={css.dot} style={{ background: hueOf(collection, field, value) }} aria-hidden />
        <span className={css.text} dir="auto">
          {labelOf(field, value)}
        </span>
      </span>
    )
  }
  switch (field.type) {
    case "boolean":
      return value ? (
        <Check size={16} strokeWidth={1.5} aria-hidden />
      ) : (
        <span className={css.off} aria-hidden />
      )
    case "foreign_key":
    case "one_to_one":
    case "many_to_many":
      return <Relation {...props} value={value} />
    case "file":
    case "image":
      return <FileValue field={field} value={String(value)} row={row} />
    case "json":
      return (
        <span className={css.mono} dir="ltr">
          {String(value)}
        </span>
      )
    case "uuid":
      return (
        <span className={css.mono} dir="ltr">
          {String(value).slice(0, 8)}
        </span>
      )
    case "slug":
      return (
        <span className={css.mono} dir="ltr">
          {String(value)}
        </span>
      )
    case "date":
      return (
        <span title={String(value)} dir="auto">
          {dateText(String(value), shown)}
        </span>
      )
    case "datetime": {
      const [day, time] = momentParts(String(value), shown)
      return (
        <span title={String(value)} dir="auto">
          {day} <span className={css.time}>{time}</span>
        </span>
      )
    }
    default:
      return (
        <span className={css.text} dir="auto">
          {typeof value === "object" ? JSON.stringify(value) : String(value)}
        </span>
      )
  }
}

const mostNames = 3

function Relation({ field, value, row }: Props & { value: Value }) {
  const { t } = useLingui()
  const names = relationTexts(field, value, row)
  if (names.length === 0) return null
  const more = names.length > mostNames ? names.length - mostNames + 1 : 0
  const told = row._rel?.[field.name]
  return (
    <span className={css.text} {...(names.length === 1 ? { dir: "auto" } : {})}>
      {names.slice(0, more ? mostNames - 1 : mostNames).map((name, index) => {
        const unseen = (Array.isArray(told) ? told[index] : told) == null
        return (
          <span key={index}>
            {index > 0 && ", "}
            <bdi
              className={unseen ? css.unseen : css.relation}
              title={unseen ? t`You may not view this record.` : undefined}
            >
              {name}
            </bdi>
          </span>
        )
      })}
      {more > 0 && <span className={css.more}> +{more}</span>}
    </span>
  )
}

function FileValue({ field, value, row }: { field: Field; value: string; row: Row }) {
  const { i18n } = useLingui()
  const file = row._files?.[field.name]
  const address = file?.url ?? value
  return (
    <span className={css.file}>
      {field.type === "image" ? (
        <img
          className={css.thumb}
          src={`${new URL(address, location.href).pathname}?w=64&fit=cover`}
          alt=""
          loading="lazy"
          decoding="async"
        />
      ) : (
        <FileIcon size={16} strokeWidth={1.5} aria-hidden />
      )}
      <span className={css.text} dir="auto">
        {file?.name ?? fileName(value)}
      </span>
      {file?.size != null && (
        <span className={css.size}>{bytes(file.size, i18n.locale === "pseudo" ? "en" : i18n.locale)}</span>
      )}
    </span>
  )
}
