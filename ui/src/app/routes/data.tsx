import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { shellRoute } from "./root.tsx"

export const dataRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/data/$collection",
    component: lazyRouteComponent(() => import("../../pages/DataPage.tsx"), "DataPage"),
  }),
] as const
