import { getRouteApi, useNavigate } from "@tanstack/react-router"

const route = getRouteApi("/shell/people")

export type PeopleSearch = ReturnType<typeof route.useSearch>

/** What the address says of the list, and a way to say something else. */
export function usePeople() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const go = (change: Partial<PeopleSearch>, how: "open" | "choose" = "choose") =>
    void navigate({ to: "/people", search: { ...search, ...change }, replace: how === "choose" })
  return { search, go }
}
