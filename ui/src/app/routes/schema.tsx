import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { oneOf, search, text } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

const flag = oneOf("", "1")

export const schemaRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/schema",
    beforeLoad: only("schema"),
    validateSearch: search({
      tab: oneOf("collections", "map", "versions"),
      map: flag,
      new: flag,
      revert: text,
    }),
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
