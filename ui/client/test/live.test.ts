import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as wait } from "node:timers/promises"
import { type Person, people, startServer } from "../../e2e/harness.ts"
import { ApiError, type Client, createClient, memoryTokens, type Present } from "../src/index.ts"

const server = await startServer()

async function loggedIn(person: Person = "admin", Socket?: new (address: string) => WebSocket) {
  const auth = { tokens: memoryTokens() }
  const client = createClient({ base: server.url, auth, ...(Socket ? { WebSocket: Socket } : {}) })
  await client.login(person, people[person])
  return client
}

async function until(so: () => boolean, what: string, seconds = 20): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !so(); await wait(10)) {
    assert.ok(Date.now() < end, `not in ${seconds} s: ${what}`)
  }
}

/** Keeps what it is told of a list, and complains of what is told twice. */
function follow(client: Client, path: string, key = "id") {
  const rows = new Map<unknown, unknown>()
  const seen = { snapshots: 0, wrong: [] as string[] }
  const subscription = client.live.subscribe<Record<string, unknown>>(path, {
    onSnapshot: ({ results }) => {
      seen.snapshots++
      rows.clear()
      for (const row of results) rows.set(row[key], row)
    },
    onChanges: (events) => {
      for (const { op, record, pk } of events) {
        if (op === "created" && rows.has(record[key])) seen.wrong.push(`created twice: ${record[key]}`)
        if (op === "gone" && !rows.delete(pk)) seen.wrong.push(`gone twice: ${pk}`)
        if (op !== "gone") rows.set(record[key], record)
      }
    },
    onError: (status, body) => seen.wrong.push(`${status} ${JSON.stringify(body)}`),
  })
  return { rows, seen, subscription }
}

/** Creates a tag, again and again until the server has it. */
async function create(client: Client, slug: string): Promise<void> {
  for (;;) {
    try {
      await client.resource("tags").create({ slug, name: slug })
      return
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.of("slug").some((message) => message.includes("already exists"))) return
      if (error.status === 400) throw error
      await wait(20)
    }
  }
}

/** Writes tags by eight hands. */
async function burst(client: Client, name: string, count: number): Promise<void> {
  const hand = async (first: number) => {
    for (let i = first; i < count; i += 8) await create(client, `${name}-${i}`)
  }
  await Promise.all(Array.from({ length: 8 }, (_, first) => hand(first)))
}

async function slugs(client: Client): Promise<string[]> {
  const out: string[] = []
  for await (const { slug } of client.resource("tags").all()) out.push(slug)
  return out.sort()
}

test("through a restart in a burst of writes nothing is lost or doubled", { timeout: 90_000 }, async () => {
  const reader = await loggedIn()
  const writer = await loggedIn("admin")
  const lists = [
    follow(reader, "/api/tags/?page_size=100"),
    follow(reader, "/api/_/records/tags/?limit=500"),
    follow(reader, "/api/feed/"),
  ]
  await until(() => lists.every(({ seen }) => seen.snapshots === 1), "snapshots")
  const writing = burst(writer, "restart", 80)
  await wait(100)
  await server.restart(() => wait(300))
  await writing
  const want = await slugs(writer)
  for (const { rows, seen } of lists.slice(0, 2)) {
    await until(() => rows.size === want.length, `all ${want.length} tags, have ${rows.size}`)
    assert.deepEqual([...rows.values()].map((row) => (row as { slug: string }).slug).sort(), want)
    assert.deepEqual(seen, { snapshots: 1, wrong: [] })
  }
  for (const { subscription } of lists) subscription.close()
  assert.equal(reader.live.state, "closed")
})

/** A connection that is lost after a few frames. */
class Flaky extends WebSocket {
  private left = 1 + Math.floor(Math.random() * 4)

  constructor(address: string) {
    super(address)
    this.addEventListener("message", (event) => {
      if (this.left-- > 0) return
      event.stopImmediatePropagation()
      this.close()
    })
  }
}

test("a connection that is lost again and again loses nothing", { timeout: 90_000 }, async () => {
  const reader = await loggedIn("admin", Flaky)
  const writer = await loggedIn()
  const lists = [
    "/api/tags/?search=flaky&page_size=100",
    "/api/_/records/tags/?limit=500",
    "/api/_/records/tags/?q=flaky&limit=500",
  ].map((path) => follow(reader, path))
  let states = 0
  reader.live.watch((state) => state === "waiting" && states++)
  await until(() => lists.every(({ seen }) => seen.snapshots > 0), "snapshots")
  for (let round = 0; round < 12; round++) {
    await burst(writer, `flaky-${round}`, 8)
    await wait(50)
  }
  const want = await slugs(writer)
  const flaky = want.filter((slug) => slug.startsWith("flaky"))
  for (const [index, { rows, seen }] of lists.entries()) {
    const all = index === 1 ? want : flaky
    await until(() => rows.size >= all.length, `all ${all.length}, have ${rows.size}`, 40)
    assert.deepEqual([...rows.values()].map((row) => (row as { slug: string }).slug).sort(), all)
    assert.deepEqual(seen.wrong, [])
  }
  assert.ok(states > 3, `the connection was lost ${states} times only`)
  for (const { subscription } of lists) subscription.close()
})

test("a subscription that is refused is told so, and the others go on", async () => {
  const client = await loggedIn()
  const told: number[] = []
  const refused = client.live.subscribe("/api/nothing/", { onError: (status) => told.push(status) })
  const { rows, seen, subscription } = follow(client, "/api/tags/?page_size=100")
  await until(() => told.length === 1 && seen.snapshots === 1, "both answers")
  assert.deepEqual(told, [404])
  assert.ok(rows.size > 0)
  subscription.close()
  client.live.reconnect()
  await until(() => told.length === 2, "asked again after another log-in")
  refused.close()
})

test("closing while it connects leaves nothing open", async () => {
  let dialled = 0
  class Counted extends WebSocket {
    constructor(address: string) {
      super(address)
      dialled++
    }
  }
  const client = await loggedIn("admin", Counted)
  for (let i = 0; i < 5; i++) follow(client, "/api/tags/").subscription.close()
  await wait(200)
  assert.equal(client.live.state, "closed")
  assert.equal(dialled, 0)
  const { seen, subscription } = follow(client, "/api/tags/")
  await until(() => seen.snapshots === 1, "a snapshot")
  assert.equal(dialled, 1)
  subscription.close()
})

test("where one is, is said again after a lost connection", { timeout: 60_000 }, async () => {
  const [ada, bo] = [await loggedIn(), await loggedIn()]
  let here = new Map<string | number, Present[]>()
  const watching = ada.presence("articles", (people) => {
    here = people
  })
  const own = bo.presence("articles", () => {})
  own.at(1, "title")
  const edits = () => here.get(1)?.[0]?.fields.join() === "title"
  await until(edits, "presence")
  here = new Map()
  await server.restart()
  await until(edits, "presence after the restart")
  own.leave()
  await until(() => !here.has(1), "nobody there")
  watching.close()
  own.close()
})

test("without WebSocket or address one is told what is missing", () => {
  const kept = globalThis.WebSocket
  Reflect.deleteProperty(globalThis, "WebSocket")
  try {
    assert.throws(
      () => createClient({ base: server.url }).live.subscribe("/api/tags/", {}),
      /option WebSocket/,
    )
  } finally {
    Object.assign(globalThis, { WebSocket: kept })
  }
  assert.throws(() => createClient().live.subscribe("/api/tags/", {}), /option base/)
})
