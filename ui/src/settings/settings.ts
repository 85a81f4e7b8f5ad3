import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import { queryOptions } from "@tanstack/react-query"
import { client, queries } from "../app/client.ts"

export type SettingValue = string | number | boolean | string[]

/** A setting of the server, with what is in force and where that comes from. */
export interface Setting {
  name: string
  flag: string
  environment: string
  section: string
  kind: "text" | "number" | "boolean" | "list"
  value: SettingValue
  default: SettingValue
  source: "flag" | "environment" | "file" | "stored" | "default"
  /** It can be stored, and nothing above sets it. */
  changeable: boolean
  secret: boolean
  set: boolean
  description: string
  choices: string[]
}

interface Settings {
  settings: Setting[]
}

const path = "/api/_/settings/"

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => client.get<Settings>(path, { signal }),
})

/** Puts what is told or answered in the place of what was known. */
export function keepSettings(settings: Settings): void {
  queries.setQueryData(settingsQuery.queryKey, settings)
}

/** Stores a setting; null takes the stored value away. */
export async function changeSetting(name: string, value: SettingValue | null): Promise<void> {
  keepSettings(await client.patch<Settings>(path, { [name]: value }))
}

export const sections: readonly { id: string; label: MessageDescriptor }[] = [
  { id: "server", label: msg`Server` },
  { id: "data", label: msg`Data` },
  { id: "accounts", label: msg`Accounts` },
  { id: "mail", label: msg`Mail` },
  { id: "history", label: msg`History` },
  { id: "live", label: msg`Live` },
  { id: "log", label: msg`Log` },
  { id: "limits", label: msg`Limits` },
]

/** A value as the command line would take it. */
export function shown(value: SettingValue): string {
  if (Array.isArray(value)) return value.join(", ")
  return String(value)
}

/** What was typed, as the server takes it; a number that is none goes as it is, and the server says so. */
export function typed(setting: Setting, text: string): SettingValue {
  if (setting.kind === "number") return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text
  if (setting.kind === "list")
    return text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean)
  return text
}
