import { useLingui } from "@lingui/react/macro"
import type { Operator } from "./conditions.ts"
import type { Kind } from "./paths.ts"

/** What an operator is called, which for dates is not what it is called for numbers. */
export function useOperatorName(): (op: Operator, kind: Kind) => string {
  const { t } = useLingui()
  const dated: Partial<Record<Operator, string>> = {
    in: t`is`,
    lt: t`is before`,
    le: t`is at the latest`,
    gt: t`is after`,
    ge: t`is at the earliest`,
  }
  const numbers: Partial<Record<Operator, string>> = {
    in: t`equals`,
    nin: t`does not equal`,
    lt: t`is less than`,
    le: t`is at most`,
    gt: t`is more than`,
    ge: t`is at least`,
  }
  const many: Partial<Record<Operator, string>> = {
    in: t`have any of`,
    nin: t`have none of`,
    has: t`have some`,
    hasnt: t`have none`,
  }
  const texts: Record<Operator, string> = {
    icontains: t`contains`,
    ncontains: t`does not contain`,
    contains: t`contains exactly`,
    starts: t`starts with`,
    ends: t`ends with`,
    in: t`is`,
    nin: t`is not`,
    lt: t`is less than`,
    le: t`is at most`,
    gt: t`is more than`,
    ge: t`is at least`,
    has: t`is filled in`,
    hasnt: t`is empty`,
    null: t`is null`,
    notnull: t`is not null`,
    yes: t`is yes`,
    no: t`is no`,
    last: t`is in the last days`,
    past: t`is past`,
    future: t`is to come`,
    me: t`is me`,
    member: t`has the member`,
  }
  return (op, kind) => {
    const own = kind === "records" ? many : kind === "number" || kind === "duration" ? numbers : undefined
    const date = kind === "date" || kind === "datetime" || kind === "time" ? dated : own
    return date?.[op] ?? texts[op]
  }
}
