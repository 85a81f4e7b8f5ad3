import { Search, X } from "lucide-react"
import { Button, Input, SearchField, type SearchFieldProps } from "react-aria-components"
import css from "./Field.module.css"

export interface FinderProps extends Omit<SearchFieldProps, "children" | "className" | "style"> {
  label: string
  placeholder?: string
}

/** A search box: Escape empties it. */
export function Finder({ label, placeholder, ...props }: FinderProps) {
  return (
    <SearchField {...props} aria-label={label} className={css.finder ?? ""}>
      {({ isEmpty }) => (
        <>
          <Search size={16} strokeWidth={1.5} aria-hidden />
          <Input className={css.finderInput} dir="auto" placeholder={placeholder ?? label} />
          {!isEmpty && (
            <Button className={css.clear ?? ""}>
              <X size={14} strokeWidth={1.5} aria-hidden />
            </Button>
          )}
        </>
      )}
    </SearchField>
  )
}
