import { ApiError } from "couplet-client"
import { Notice, Said } from "../parts/States.tsx"

/** Why a form was refused, as far as it belongs to none of its fields. */
export function Refused({ error }: { error: unknown }) {
  if (error === undefined) return null
  const plain = error instanceof ApiError && error.status >= 400 && error.status < 500
  return <Notice kind="danger">{plain ? error.detail : <Said error={error} />}</Notice>
}
