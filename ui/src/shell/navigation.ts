import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import {
  Activity,
  Archive,
  Braces,
  ChartLine,
  Clock,
  KeyRound,
  type LucideIcon,
  Radio,
  ScrollText,
  Settings2,
  Shapes,
  Users,
  Webhook,
} from "lucide-react"
import type { Screen } from "../app/session.ts"

export interface Place {
  screen: Screen
  to: string
  label: MessageDescriptor
  icon: LucideIcon
}

/** The screens beside the data, in the order of the sidebar. Who may not open one does not see it. */
export const build: readonly Place[] = [
  { screen: "schema", to: "/schema", label: msg`Schema`, icon: Shapes },
  { screen: "access", to: "/access", label: msg`Access`, icon: KeyRound },
  { screen: "api", to: "/api", label: msg`API`, icon: Braces },
]

export const operate: readonly Place[] = [
  { screen: "activity", to: "/activity", label: msg`Activity`, icon: Activity },
  { screen: "people", to: "/people", label: msg`People`, icon: Users },
  { screen: "jobs", to: "/operate/jobs", label: msg`Jobs`, icon: Clock },
  { screen: "webhooks", to: "/operate/webhooks", label: msg`Webhooks`, icon: Webhook },
  { screen: "logs", to: "/operate/logs", label: msg`Logs`, icon: ScrollText },
  { screen: "metrics", to: "/operate/metrics", label: msg`Metrics`, icon: ChartLine },
  { screen: "live", to: "/operate/live", label: msg`Connections`, icon: Radio },
  { screen: "backups", to: "/operate/backups", label: msg`Backups`, icon: Archive },
  { screen: "settings", to: "/settings", label: msg`Settings`, icon: Settings2 },
]
