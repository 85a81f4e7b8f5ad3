// What `couplet gen ts` writes and what the client takes fit each other. The test is tsc: it must refuse each line that
// is expected to fail, and no other.
import type { Article, ArticlesRecord, Project } from "../../../server/openapi/testdata/magazine.ts"
import { type CountedPage, type CursorPage, createClient, type RecordPage } from "../src/index.ts"

const client = createClient<Project>({ base: "http://localhost:8090" })
const articles = client.resource("articles")

export async function fitting(): Promise<void> {
  const page: CountedPage<Article> = await articles.list({
    status: "published",
    ordering: ["-views", "id"],
    views__in: [1, 2],
  })
  const title: string | undefined = page.results[0]?.title
  const feed: CursorPage<Article> = await client.resource("feed").list()
  const records: RecordPage<ArticlesRecord> = await client
    .records("articles")
    .list({ filter: "views > 3", order: "-views" })
  const version: string | undefined = records.results[0]?._v
  const made = await articles.create({ title: "A", slug: "a", body: "", author: 1, price: "1.50", tags: [1] })
  await articles.patch(made.data.id, { title: "B" }, { ifMatch: version })
  await articles.replace(1, { title: "A", slug: "a", body: "", author: 1 })
  await client.resource("tags").get("by-slug")
  for await (const { slug } of articles.all({ featured: true })) slug.toUpperCase()
  articles.subscribe(
    { status: "draft" },
    { onSnapshot: ({ results }) => results[0]?.slug, onChanges: ([event]) => event?.record?.title },
  )
  void [title, feed]
}

export async function misfits(): Promise<void> {
  // @ts-expect-error there is no such resource
  client.resource("articels")
  // @ts-expect-error there is no such status
  await articles.list({ status: "printed" })
  // @ts-expect-error there is no such filter
  await articles.list({ nonsense: 1 })
  // @ts-expect-error there is no such order
  await articles.list({ ordering: "-slug" })
  // @ts-expect-error the title is missing
  await articles.create({ slug: "a", body: "", author: 1 })
  // @ts-expect-error there is no such field
  await articles.patch(1, { titel: "B" })
  // @ts-expect-error keys of articles are numbers
  await articles.get("one")
  // @ts-expect-error the feed is read-only
  await client.resource("feed").create({ title: "A" })
  // @ts-expect-error a record has no such field
  ;(await client.records("articles").get(1)).nonsense
}

// Without a project's types every name is taken, and records are any objects.
export async function untyped(): Promise<string> {
  const plain = createClient()
  const page = await plain.resource("anything").list({ any: 1 })
  return page.results[0].title
}
