import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { client } from "../app/client.ts"
import { type Collection, type Key, keyOf, type Row } from "../app/collections.ts"
import { Code } from "../parts/Code.tsx"
import { Select } from "../parts/Field.tsx"
import { Part } from "../parts/Page.tsx"
import css from "./ApiTab.module.css"
import { type Door, snippetsOf } from "./snippets.ts"

interface OpenAPI {
  paths: { [path: string]: { [method: string]: unknown } }
}

/** How programs reach this record: through the public resource where there is one, else the full one. */
export function ApiTab({ collection, row }: { collection: Collection; row: Row }) {
  const { t } = useLingui()
  const { data } = useQuery({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => client.get<OpenAPI>("/api/schema/", { signal }),
    staleTime: 300_000,
  })
  const doors = [...publicDoors(collection, row, data), fullDoor(collection, row)]
  const [chosen, setChosen] = useState<string>()
  const [language, setLanguage] = useState("curl")
  const door = doors.find(({ path }) => path === chosen) ?? doors[0]
  if (!door) return null
  const titles = { get: t`Read it`, patch: t`Change it`, delete: t`Delete it` }
  return (
    <div className={css.api}>
      <div className={css.doors}>
        <Select
          label={t`Resource`}
          options={doors.map(({ path }) => ({ id: path, label: path }))}
          value={door.path}
          onChange={setChosen}
        />
        <Select
          label={t`Language`}
          options={[
            { id: "curl", label: "curl" },
            { id: "typescript", label: "TypeScript" },
          ]}
          value={language}
          onChange={setLanguage}
        />
      </div>
      {snippetsOf(collection, row, door, location.origin).map(({ method, curl, typescript }) => (
        <Part key={method} title={titles[method]}>
          <Code text={language === "curl" ? curl : typescript} label={titles[method]} />
        </Part>
      ))}
      <p className={css.hint}>
        {language === "curl" ? (
          <Trans>KEY is an API key. Make one under My account.</Trans>
        ) : (
          <Trans>client is createClient() of couplet-client; couplet gen ts writes its types.</Trans>
        )}
      </p>
    </div>
  )
}

function fullDoor(collection: Collection, row: Row): Door {
  const methods = ["get", row._can?.change !== false && "patch", row._can?.delete !== false && "delete"]
  return {
    call: `records(${JSON.stringify(collection.name)})`,
    path: `/api/_/records/${collection.name}/`,
    key: keyOf(collection, row),
    methods: methods.filter((method) => method !== false),
  }
}

/** The public resource of the collection's name, by the field that it finds records by. */
function publicDoors(collection: Collection, row: Row, api: OpenAPI | undefined): Door[] {
  return Object.entries(api?.paths ?? {}).flatMap(([path, methods]) => {
    const [, name, lookup] = /^\/api\/([^/{}]+)\/\{(\w+)\}\/$/.exec(path) ?? []
    if (name !== collection.name || lookup === undefined) return []
    const key = row[lookup] as Key | undefined
    if (key === undefined) return []
    return [
      {
        call: `resource(${JSON.stringify(name)})`,
        path: `/api/${name}/`,
        key,
        methods: Object.keys(methods),
      },
    ]
  })
}
