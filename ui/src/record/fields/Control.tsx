import { lazy, Suspense } from "react"
import { isFile, isMany, isOne } from "../values.ts"
import { BooleanControl, ChoiceControl } from "./ChoiceControls.tsx"
import type { ControlProps } from "./control.ts"
import { DateControl } from "./DateControl.tsx"
import { ManyControl, OneControl } from "./RelationControls.tsx"
import { TextControl } from "./TextControl.tsx"

const JsonControl = lazy(() => import("./JsonControl.tsx").then((m) => ({ default: m.JsonControl })))
const FileControl = lazy(() => import("./FileControl.tsx").then((m) => ({ default: m.FileControl })))

/** The control of a field, by its type. */
export function Control(props: ControlProps) {
  return <Suspense fallback={null}>{controlOf(props)}</Suspense>
}

function controlOf(props: ControlProps) {
  const { field } = props
  if (field.choices) return <ChoiceControl {...props} />
  if (field.type === "boolean") return <BooleanControl {...props} />
  if (field.type === "json") return <JsonControl {...props} />
  if (field.type === "date" || field.type === "datetime") return <DateControl {...props} />
  if (isFile(field)) return <FileControl {...props} />
  if (isOne(field) && field.to) return <OneControl {...props} />
  if (isMany(field) && field.to) return <ManyControl {...props} />
  return <TextControl {...props} />
}
