import { formatted, jsonFault } from "../../app/jsonText.ts"
import type { EditorProps } from "./CellEditor.tsx"
import { LongEditor } from "./TextEditors.tsx"

/** JSON, one member a line, digit for digit. What is wrong with it is told at once. */
export function JsonEditor(props: EditorProps) {
  const before = props.value === null ? "" : formatted(String(props.value))
  return <LongEditor {...props} json={{ before, faultOf: jsonFault }} />
}
