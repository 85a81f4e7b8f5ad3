import { client, queries } from "./client.ts"
import { activate, languageFor } from "./i18n.ts"
import { meQuery, useMe } from "./session.ts"
import { zoneInForce } from "./zone.ts"

/** What belongs to one person and not to the schema. The server keeps it. */
export interface Preferences {
  theme?: "light" | "dark" | "system"
  density?: "comfortable" | "dense"
  language?: string
  zone?: string
  /** Whether single letters act in the grid. */
  shortcuts?: boolean
  /** Widths of columns by collection and field. */
  columns?: { [collection: string]: { [field: string]: number } }
  /** What is worked out below a list, by collection and field: sum, avg, min, max, count, empty, unique. */
  summaries?: { [collection: string]: { [field: string]: string } }
  /** Width of the panel beside the grid. */
  panel?: number
  /** Width of the sidebar. */
  sidebar?: number
  [more: string]: unknown
}

const path = "/api/_/preferences/"

/** The reader's own. Below the shell only. */
export function usePreferences(): Preferences {
  return useMe().preferences
}

/** A change of some members; null takes one away. It shows at once and is stored by the server. */
export async function changePreferences(change: { [name: string]: unknown }): Promise<void> {
  const me = queries.getQueryData(meQuery.queryKey)
  if (!me) return
  const preferences = merged(me.preferences, change) as Preferences
  queries.setQueryData(meQuery.queryKey, { ...me, preferences })
  await applyPreferences(preferences)
  await client.patch(path, change)
}

/** A JSON merge patch (RFC 7396). */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch
  const out: Record<string, unknown> =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete out[name]
    else out[name] = merged(out[name], value)
  }
  return out
}

/** Puts theme, density, language and zone in force. The theme is remembered here, too, so that no wrong one flashes up at the next start. */
export async function applyPreferences(
  { theme, density, language, zone }: Preferences,
  app = true,
): Promise<void> {
  const root = document.documentElement
  if (theme === "light" || theme === "dark") root.dataset.theme = theme
  else delete root.dataset.theme
  if (density === "dense") root.dataset.density = density
  else delete root.dataset.density
  zoneInForce.set(zone || undefined)
  localStorage.setItem("couplet.theme", root.dataset.theme ?? "")
  localStorage.setItem("couplet.language", language ?? "")
  await activate(languageFor(language), app)
}

/** What this browser knew last, before anybody is logged in. */
export function rememberedPreferences(): Preferences {
  const theme = localStorage.getItem("couplet.theme")
  const language = localStorage.getItem("couplet.language")
  return {
    ...(theme === "light" || theme === "dark" ? { theme } : {}),
    ...(language ? { language } : {}),
  }
}
