import type { Shown } from "./cells/text.ts"
import type { GridModel } from "./model.ts"

export function useClipboard(_model: GridModel, _shown: Shown) {
  return {}
}
