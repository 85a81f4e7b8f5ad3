import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router"
import { oneOf, search, text } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

const flag = oneOf("", "1")

const overviewSearch = search({
  tab: oneOf("collections", "map", "versions"),
  map: flag,
  new: flag,
  revert: text,
})

export const schemaRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/schema",
    validateSearch: overviewSearch,
    beforeLoad: ({ context, search }) => {
      only("schema")({ context })
      if (search.map) throw redirect({ to: "/schema", search: { tab: "map" }, replace: true })
    },
    component: lazyRouteComponent(() => import("../../pages/SchemaPage.tsx"), "SchemaPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/schema/$collection",
    beforeLoad: only("schema"),
    validateSearch: search({ tab: oneOf("fields", "resources", "indexes", "settings"), field: text }),
    component: lazyRouteComponent(() => import("../../pages/SchemaPage.tsx"), "SchemaCollectionPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/schema/plan/$draft",
    beforeLoad: only("schema"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../pages/SchemaPage.tsx"), "SchemaPlanPage"),
  }),
] as const
