import type { Collection, Key, Row, Value } from "../app/collections.ts"

/** A door to a record: the full resource, or a public one. */
export interface Door {
  /** Its name in the client, such as `records("articles")`. */
  call: string
  path: string
  key: Key
  methods: readonly string[]
}

export interface Snippet {
  method: "get" | "patch" | "delete"
  curl: string
  typescript: string
}

/** How to read, change and delete a record by programs. */
export function snippetsOf(collection: Collection, row: Row, door: Door, origin: string): Snippet[] {
  const address = `${origin}${door.path}${encodeURIComponent(door.key)}/`
  const key = JSON.stringify(door.key)
  const field = collection.fields.find(
    (one) => one.writable && one.name in row && one.type !== "many_to_many",
  )
  const body = field ? { [field.name]: (row[field.name] ?? null) as Value } : {}
  const auth = `-H "Authorization: Api-Key $KEY"`
  const all: Snippet[] = [
    {
      method: "get",
      curl: `curl ${auth} \\\n  ${address}`,
      typescript: `const record = await client.${door.call}.get(${key})`,
    },
    {
      method: "patch",
      curl: [
        `curl -X PATCH ${auth} \\`,
        `  -H "Content-Type: application/json" -H 'If-Match: "${row._v}"' \\`,
        `  -d ${shell(JSON.stringify(body))} \\`,
        `  ${address}`,
      ].join("\n"),
      typescript: `const { data } = await client.${door.call}.patch(${key}, ${JSON.stringify(body)}, {\n  ifMatch: ${JSON.stringify(row._v)},\n})`,
    },
    {
      method: "delete",
      curl: `curl -X DELETE ${auth} \\\n  ${address}`,
      typescript: `await client.${door.call}.delete(${key})`,
    },
  ]
  return all.filter(({ method }) => door.methods.includes(method))
}

const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
