import { getRouteApi, useNavigate } from "@tanstack/react-router"

const route = getRouteApi("/shell/access")

export type AccessSearch = ReturnType<typeof route.useSearch>

/** What the address says, and a way to say something else. Opening something can be undone by Back; choices replace. */
export function useAccess() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const go = (change: Partial<AccessSearch>, how: "open" | "choose" = "choose") =>
    void navigate({
      to: "/access",
      search: { ...search, ...change },
      replace: how === "choose",
    })
  return { search, go }
}
