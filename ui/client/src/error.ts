/** What the server says about a value: messages by field, nested for nested records and lists of them. */
export type FieldErrors = { [field: string]: string[] | FieldErrors | FieldErrors[] }

/**
 * An answer that is no success. `status` is 0 where there was none: no network, or the request was cut off.
 * `detail` is the server's own sentence; `fields` are its messages by field (DRF's two error shapes).
 */
export class ApiError extends Error {
  readonly status: number
  readonly detail: string
  readonly fields: FieldErrors
  readonly body: unknown
  /** For how many seconds the server asks to wait (429, 503). */
  readonly retryAfter: number | undefined
  /** The server's id of the request, for its log. */
  readonly requestId: string | undefined

  constructor(status: number, body: unknown, headers?: Headers) {
    const fields = fieldsOf(body)
    const detail = detailOf(body) ?? firstOf(fields) ?? (status ? `HTTP ${status}` : "")
    super(detail)
    this.name = "ApiError"
    this.status = status
    this.body = body
    this.detail = detail
    this.fields = fields
    const wait = Number(headers?.get("Retry-After"))
    this.retryAfter = wait > 0 ? wait : undefined
    this.requestId = headers?.get("X-Request-Id") ?? undefined
  }

  /** The messages of one field. */
  of(field: string): string[] {
    const messages = this.fields[field]
    return Array.isArray(messages) ? messages.filter((m) => typeof m === "string") : []
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function detailOf(body: unknown): string | undefined {
  if (Array.isArray(body)) return body.filter((m) => typeof m === "string").join(" ") || undefined
  if (!isObject(body)) return undefined
  if (typeof body.detail === "string") return body.detail
  return Array.isArray(body.non_field_errors) ? body.non_field_errors.join(" ") : undefined
}

/** A batch answers with {"request": n, "errors": {…}}; everything else has its fields at the top. */
function fieldsOf(body: unknown): FieldErrors {
  if (!isObject(body)) return {}
  const fields = isObject(body.errors) ? body.errors : body
  return Object.fromEntries(
    Object.entries(fields).filter(([, v]) => Array.isArray(v) || isObject(v)),
  ) as FieldErrors
}

function firstOf(fields: FieldErrors): string | undefined {
  for (const [field, messages] of Object.entries(fields)) {
    const text = Array.isArray(messages) ? messages.find((m) => typeof m === "string") : undefined
    if (text) return field === "non_field_errors" ? text : `${field}: ${text}`
  }
  return undefined
}
