import { useLingui } from "@lingui/react/macro"

/** The states of accounts in words. */
export function useStateWords() {
  const { t } = useLingui()
  return { active: t`active`, inactive: t`deactivated`, invited: t`invited` }
}
