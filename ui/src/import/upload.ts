import { ApiError, parseJSON } from "couplet-client"
import { client } from "../app/client.ts"

/** A file that waits on the server for what becomes of it. */
export interface Upload {
  upload: string
  name: string
  size: number
}

/** Sends a file ahead and tells how much of it has gone: what fetch cannot tell. */
export async function sendAhead(
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Upload> {
  let answer = await send(file, onProgress, signal)
  if (answer.status === 401 && (await client.http.renewed())) answer = await send(file, onProgress, signal)
  if (answer.status === 401 && (await client.http.options.onUnauthorized?.())) {
    answer = await send(file, onProgress, signal)
  }
  if (answer.status !== 201) throw new ApiError(answer.status, answer.body)
  return answer.body as Upload
}

function send(
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open("POST", `${client.http.base}/api/_/uploads/`)
    const headers = { Accept: "application/json", ...client.http.credentials("POST") }
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    const language = client.http.options.language?.()
    if (language) request.setRequestHeader("Accept-Language", language)
    request.upload.onprogress = ({ loaded }) => onProgress(loaded)
    request.onload = () => resolve({ status: request.status, body: bodyOf(request) })
    request.onerror = () => resolve({ status: 0, body: undefined })
    request.onabort = () => reject(signal.reason)
    signal.addEventListener("abort", () => request.abort(), { once: true })
    const form = new FormData()
    form.append("file", file)
    request.send(form)
  })
}

function bodyOf(request: XMLHttpRequest): unknown {
  try {
    return parseJSON(request.responseText)
  } catch {
    return undefined
  }
}
