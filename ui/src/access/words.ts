import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import { useLingui } from "@lingui/react/macro"

/** Names of actions, as heads of columns. */
export const actionNames: { [action: string]: MessageDescriptor } = {
  view: msg`View`,
  add: msg`Add`,
  change: msg`Change`,
  delete: msg`Delete`,
  read: msg`Read`,
  write: msg`Write`,
}

/** The same within a sentence: "Editors may change articles". */
export const actionVerbs: { [action: string]: MessageDescriptor } = {
  view: msg({ context: "may …", message: "view" }),
  add: msg({ context: "may …", message: "add" }),
  change: msg({ context: "may …", message: "change" }),
  delete: msg({ context: "may …", message: "delete" }),
  read: msg({ context: "may …", message: "read" }),
  write: msg({ context: "may …", message: "write" }),
}

/** The visitor who is not logged in, to choose among people. */
export function useVisitor() {
  const { t } = useLingui()
  return { id: anonymous, label: t`Anonymous visitor` }
}

/** Who nobody is: the visitor that is not logged in, as an address writes it. */
export const anonymous = "anonymous"
