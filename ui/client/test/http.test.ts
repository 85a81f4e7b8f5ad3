import assert from "node:assert/strict"
import { test } from "node:test"
import { people, startServer } from "../../e2e/harness.ts"
import { ApiError, createClient, memoryTokens, parseJSON } from "../src/index.ts"

const server = await startServer()

function withTokens(fetch_: typeof fetch = fetch) {
  const tokens = memoryTokens()
  const client = createClient({ base: server.url, auth: { tokens }, fetch: fetch_ })
  return { client, tokens }
}

async function refused(doing: Promise<unknown>): Promise<ApiError> {
  const error = await doing.then(
    () => assert.fail("It was not refused."),
    (reason) => reason,
  )
  assert.ok(error instanceof ApiError, String(error))
  return error
}

test("JSON is read without loss", () => {
  assert.deepEqual(parseJSON('{"a":9007199254740993,"b":-9007199254740993,"c":9007199254740991,"d":0.10}'), {
    a: "9007199254740993",
    b: "-9007199254740993",
    c: 9007199254740991,
    d: 0.1,
  })
  const text = '["12345678901234567890 in a text, \\"9007199254740993\\" too", 1e20, 12345678901234567890]'
  assert.deepEqual(parseJSON(text), [
    '12345678901234567890 in a text, "9007199254740993" too',
    1e20,
    "12345678901234567890",
  ])
})

test("a big integer comes back as it was written, and can be sent back", async () => {
  const { client } = withTokens()
  await client.login("admin", people.admin)
  const events = client.records("events")
  const one = (await events.list({ limit: 1 })).results[0]
  for (const digits of ["9007199254740993", "-9223372036854775808", "42"]) {
    const { data } = await events.patch(one.id, { external_id: digits })
    assert.equal(String(data.external_id), digits)
    const read = await events.get(one.id)
    assert.equal(String(read.external_id), digits)
    await events.patch(one.id, { external_id: read.external_id }, { ifMatch: read._v })
  }
})

test("what is refused is told by field, and a version that has passed is a 412", async () => {
  const { client } = withTokens()
  assert.equal(
    (await refused(client.login("admin", "wrong"))).detail,
    "No active account found with the given credentials",
  )
  await client.login("admin", people.admin)
  const articles = client.resource("articles")
  const error = await refused(articles.create({ slug: "no good", views: "many", body: "b", author: 1 }))
  assert.equal(error.status, 400)
  assert.deepEqual(error.of("title"), ["This field is required."])
  assert.deepEqual(error.of("views"), ["A valid integer is required."])
  assert.equal(error.of("body").length, 0)
  assert.ok(error.requestId)

  const first = await articles.answer(1)
  const ifMatch = first.headers.get("ETag") ?? ""
  await articles.patch(1, { title: "Changed once" }, { ifMatch })
  assert.equal((await refused(articles.patch(1, { title: "Changed twice" }, { ifMatch }))).status, 412)
  assert.equal((await articles.get(1)).title, "Changed once")
  assert.equal((await refused(articles.get(987654))).status, 404)
})

test("lists are gone through page by page, with all that was asked for", async () => {
  const { client } = withTokens()
  await client.login("admin", people.admin)
  const query = { tags: [1, 2], page_size: 2, ordering: ["-views", "id"] }
  const seen: number[] = []
  for await (const { id } of client.resource("articles").all(query)) seen.push(id)
  const { count } = await client.resource("articles").list(query)
  assert.equal(seen.length, count)
  const records: number[] = []
  for await (const { id } of client.records("articles").all({ limit: 7, order: "id" })) records.push(id)
  assert.deepEqual(
    records,
    [...records].sort((a, b) => a - b),
  )
  assert.equal(records.length, (await client.resource("articles").list()).count)
})

test("a log-in that has run out is renewed once for all requests", async () => {
  let refreshed = 0
  const { client, tokens } = withTokens((input, init) => {
    if (String(input).includes("/token/refresh/")) refreshed++
    return fetch(input, init)
  })
  await client.login("admin", people.admin)
  tokens.set({ ...tokens.get(), access: "past" })
  const names = await Promise.all(Array.from({ length: 20 }, () => client.user()))
  assert.deepEqual([...new Set(names.map((user) => user.username))], ["admin"])
  assert.equal(refreshed, 1)

  tokens.set({ access: "past", refresh: "past" })
  assert.equal((await refused(client.user())).status, 401)
  assert.equal(tokens.get(), undefined)
  await client.login("admin", people.admin)
  await client.logout()
  assert.equal((await refused(client.user())).status, 401)
})

test("a late refusal of what was sent before the renewal does not renew again", async () => {
  let refreshed = 0
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const { client, tokens } = withTokens(async (input, init) => {
    const url = String(input)
    if (url.includes("/token/refresh/")) refreshed++
    const answer = await fetch(input, init)
    if (url.includes("slow") && answer.status === 401) await held
    return answer
  })
  await client.login("admin", people.admin)
  tokens.set({ ...tokens.get(), access: "past" })
  const slow = client.get("/api/auth/user/?slow=1")
  await client.user()
  release()
  await slow
  assert.equal(refreshed, 1)
})

test("an answer that is cut off or is no JSON is an ApiError", async () => {
  const cut = new ReadableStream({ pull: (stream) => stream.error(new Error("cut")) })
  const json = { headers: { "Content-Type": "application/json" } }
  const first = createClient({ base: "x", fetch: async () => new Response(cut, json) })
  assert.equal((await refused(first.get("/"))).status, 0)
  const second = createClient({ base: "x", fetch: async () => new Response("{", { ...json, status: 502 }) })
  assert.equal((await refused(second.get("/"))).status, 502)
  const nowhere = createClient({ base: "http://localhost:1" })
  assert.equal((await refused(nowhere.get("/"))).status, 0)
})

test("with cookies: log-in, writes with the CSRF token, renewal, log-out", async () => {
  const jar = new Map<string, string>()
  const asked: string[] = []
  const browser: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "))
    headers.set("Origin", server.url)
    asked.push(`${init?.method} ${new URL(String(input)).pathname}`)
    const answer = await fetch(input, { ...init, headers })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name && value && !/max-age=0/i.test(line)) jar.set(name, value)
      else if (name) jar.delete(name)
    }
    return answer
  }
  const readable = {
    get cookie() {
      return [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
    },
  }
  const client = createClient({ base: server.url, fetch: browser })
  Object.assign(globalThis, { document: readable })
  try {
    await client.login("admin", people.admin)
    assert.equal((await client.user()).username, "admin")
    await client.resource("tags").create({ slug: "by-cookie", name: "By cookie" })
    const access = [...jar.keys()].find((name) => !/csrf|refresh|session/i.test(name))
    assert.ok(access, [...jar.keys()].join(" "))
    jar.set(access, "past")
    await client.resource("tags").patch("by-cookie", { name: "Renewed" })
    assert.equal(asked.filter((line) => line.endsWith("/token/refresh/")).length, 1)
    jar.set("csrftoken", "another")
    const stolen = createClient({ base: server.url, fetch: browser })
    Object.assign(globalThis, { document: { cookie: "" } })
    assert.equal((await refused(stolen.resource("tags").delete("by-cookie"))).status, 403)
    Object.assign(globalThis, { document: readable })
  } finally {
    Reflect.deleteProperty(globalThis, "document")
  }
})
