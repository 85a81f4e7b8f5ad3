import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { type Check, search, text } from "../search.ts"
import { shellRoute } from "./root.tsx"

const rowHeight: Check = (value) => (/^(28|32|44|64)$/.test(value) ? value : undefined)

/** What the address of a list says: see grid/list.ts. */
export const listSearch = search({
  view: text,
  filter: text,
  order: text,
  q: text,
  cols: text,
  h: rowHeight,
  rec: text,
  tab: text,
  at: text,
})

export const dataRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/data/$collection",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../../pages/DataPage.tsx"), "DataPage"),
  }),
] as const
