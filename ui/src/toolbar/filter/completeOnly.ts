import type { Collection } from "../../app/collections.ts"
import { type Group, isComplete, isGroup, type Member } from "./conditions.ts"
import { resolvePath } from "./paths.ts"

/** A group without the conditions that are not filled in yet. */
export function completeOnly(all: readonly Collection[], collection: Collection, group: Group): Group {
  const members = group.members
    .map((member): Member => (isGroup(member) ? completeOnly(all, collection, member) : member))
    .filter((member) =>
      isGroup(member)
        ? member.members.length > 0
        : isComplete(member, resolvePath(all, collection, member.path.split("."))),
    )
  return { ...group, members }
}
