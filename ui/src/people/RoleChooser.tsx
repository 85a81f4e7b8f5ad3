import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { CheckboxGroup, Label } from "react-aria-components"
import { matrixQuery } from "../access/api.ts"
import { Checkbox } from "../parts/Field.tsx"
import { Said } from "../parts/States.tsx"
import css from "./People.module.css"

/** The roles of the document, to tick; roles that it does not have can be taken away. */
export function RoleChooser({
  value,
  onChange,
  errors,
}: {
  value: readonly string[]
  onChange: (roles: string[]) => void
  errors?: readonly string[] | undefined
}) {
  const { t } = useLingui()
  const matrix = useQuery(matrixQuery)
  const roles = matrix.data?.roles.filter((role) => !role.built_in) ?? []
  const unknown = matrix.data
    ? [...value.filter((name) => !roles.some((role) => role.name === name))].sort()
    : []
  return (
    <CheckboxGroup value={[...value]} onChange={onChange} className={css.roles ?? ""}>
      <Label className={css.label}>{t`Roles`}</Label>
      {matrix.error ? (
        <p className={css.danger}>
          <Said error={matrix.error} />
        </p>
      ) : null}
      {matrix.data && roles.length === 0 && unknown.length === 0 && (
        <p className={css.faint}>
          <Trans>There are no roles yet. Add one under Access.</Trans>
        </p>
      )}
      {roles.map((role) => (
        <Checkbox key={role.name} value={role.name}>
          {role.label}
        </Checkbox>
      ))}
      {unknown.map((name) => (
        <Checkbox key={name} value={name}>
          <Trans>{name} (not in the schema: it grants nothing)</Trans>
        </Checkbox>
      ))}
      {errors?.map((message) => (
        <p key={message} className={css.danger} role="alert">
          {message}
        </p>
      ))}
    </CheckboxGroup>
  )
}
