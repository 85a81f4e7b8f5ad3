import { type ComponentProps, useContext } from "react"
import { ComboBoxStateContext, Input } from "react-aria-components"

/** The text box of a choice among many. A click opens the list, also where the box had the focus before. */
export function ComboInput(props: ComponentProps<typeof Input>) {
  const state = useContext(ComboBoxStateContext)
  return <Input {...props} onClick={() => state?.isOpen || state?.open(null, "manual")} />
}
