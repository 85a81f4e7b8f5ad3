import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { oneOf, search, text } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

/** A file that was sent ahead, by its token. */
const token = (value: string) => (/^[A-Za-z0-9_-]{1,80}$/.test(value) ? value : undefined)

/** Fields by column, where they differ from what was guessed. */
const columns = (value: string) => {
  try {
    const read: unknown = JSON.parse(value)
    const all = typeof read === "object" && read !== null && !Array.isArray(read) ? Object.values(read) : [0]
    return all.every((field) => typeof field === "string") ? text(value) : undefined
  } catch {
    return undefined
  }
}

const answers = {
  upload: token,
  columns,
  match: text,
  existing: oneOf("update", "skip", "error"),
  new: oneOf("create", "skip", "error"),
  keep: oneOf("0", "1"),
}

export const importRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/data/$collection/import/$job",
    validateSearch: search({ step: oneOf("map", "check", "run", "done"), check: token, ...answers }),
    component: lazyRouteComponent(() => import("../../import/ImportPage.tsx"), "ImportPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/start/csv",
    beforeLoad: only("schema"),
    validateSearch: search({ upload: token }),
    component: lazyRouteComponent(() => import("../../import/NewFromFilePage.tsx"), "NewFromFilePage"),
  }),
] as const
