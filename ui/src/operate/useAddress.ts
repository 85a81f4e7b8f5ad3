import { useNavigate, useSearch } from "@tanstack/react-router"

type Values = Record<string, string | undefined>

/** What stands in the address, and a way to change some of it; typing replaces history, opening something does not. */
export function useAddress(): [values: Values, change: (values: Values, how?: "open") => void] {
  const values = useSearch({ strict: false }) as Values
  const navigate = useNavigate()
  const change = (next: Values, how?: "open") => {
    void navigate({
      to: ".",
      search: ((before: Values) => ({ ...before, ...next })) as never,
      replace: how !== "open",
    })
  }
  return [values, change]
}
