// Files and images in a record: chosen or dropped, seen, stored byte for byte, replaced, taken out, and refused in place.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Locator, Page } from "playwright-core"
import { api, becomes, startServer, visit } from "./harness.ts"

const server = await startServer({ args: ["--max-upload", "200000"] })
const admin = await api(server, "admin")

interface Schema {
  hash: string
  document: { collections: { articles: { fields: { [name: string]: object } } } }
}

// Articles have a picture; here they have a paper, too: a PDF of 3,000 bytes at most.
const { hash, document } = (await admin("GET", "/api/_/schema/")).body as Schema
document.collections.articles.fields.paper = {
  type: "file",
  upload_to: "papers/",
  accept: ["application/pdf"],
  max_size: 3000,
  null: true,
}
const applied = await admin("PUT", "/api/_/schema/", { document }, { "If-Match": `"${hash}"` })
assert.equal(applied.status, 200, JSON.stringify(applied.body))

interface File {
  name: string
  mimeType: string
  buffer: Buffer
}

const pdf = (name: string, size: number): File => ({
  name,
  mimeType: "application/pdf",
  buffer: Buffer.from("%PDF-1.4\n".padEnd(size, "% of no account\n")),
})

const text: File = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("No picture, no PDF.") }

/** A picture of a corner of the page. */
const picture = async (page: Page, name: string, width: number, height: number): Promise<File> => ({
  name,
  mimeType: "image/png",
  buffer: await page.screenshot({ clip: { x: 0, y: 0, width, height } }),
})

const field = (page: Page, label: string) => page.getByRole("group", { name: label, exact: true })

/** Chooses a file as one does: by the button and the browser's own window. */
async function choose(page: Page, by: Locator, file: File): Promise<void> {
  const chooser = page.waitForEvent("filechooser")
  await by.click()
  await (await chooser).setFiles(file)
}

async function drop(page: Page, onto: Locator, file: File): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ({ name, type, bytes }) => {
      const transfer = new DataTransfer()
      const data = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))
      transfer.items.add(new File([data], name, { type }))
      return transfer
    },
    { name: file.name, type: file.mimeType, bytes: file.buffer.toString("base64") },
  )
  await onto.dispatchEvent("drop", { dataTransfer })
}

/** How large a picture is that is really there to be seen; nothing where the browser shows none. */
const sizeOf = (image: Locator) => async () =>
  image.evaluate((one) => {
    const { naturalWidth, naturalHeight } = one as HTMLImageElement
    const box = one.getBoundingClientRect()
    return box.width > 0 && naturalWidth > 0 ? [naturalWidth, naturalHeight] : undefined
  })

async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s")
  await page.getByText(/unsaved field/).waitFor({ state: "detached" })
}

async function stored(name: string, key = 1): Promise<string | null> {
  const { body } = await admin("GET", `/api/_/records/articles/${key}/?fields=${name}`)
  return (body as { [field: string]: string | null })[name] ?? null
}

/** The bytes that the server gives out for a field of the first article. */
async function bytes(page: Page, name: string): Promise<Buffer> {
  const url = await stored(name)
  assert.ok(url, `there is no ${name}`)
  const answer = await page.context().request.get(url)
  assert.equal(answer.status(), 200)
  return answer.body()
}

test("an image is chosen, seen, stored byte for byte, replaced by dropping another, and taken out", async () => {
  const { page, close } = await visit(server, "/data/articles/1", "admin")
  const cover = field(page, "Cover")
  await cover.getByText("null").waitFor()
  const first = await picture(page, "my cover.png", 60, 40)
  await choose(page, cover.getByRole("button", { name: "Choose a file" }), first)
  const image = cover.getByRole("img", { name: "my cover.png" })
  await becomes(sizeOf(image), [60, 40])
  assert.equal(await stored("cover"), null, "nothing is stored before it is saved")
  await save(page)
  await becomes(sizeOf(cover.getByRole("img")), [60, 40])
  assert.match((await stored("cover")) ?? "", /\/covers\/my_cover\.png$/)
  assert.deepEqual(await bytes(page, "cover"), first.buffer)
  await cover.getByRole("link", { name: "my_cover.png" }).waitFor()
  const second = await picture(page, "wide.png", 90, 30)
  await drop(page, cover.locator("> div > div"), second)
  await becomes(sizeOf(cover.getByRole("img", { name: "wide.png" })), [90, 30])
  await save(page)
  assert.deepEqual(await bytes(page, "cover"), second.buffer)
  await page.reload()
  await becomes(sizeOf(cover.getByRole("img", { name: "wide.png" })), [90, 30])
  await page.goto("/admin/data/articles?order=id&cols=title!,cover")
  const thumb = page.locator('[data-row="0"] [data-column="1"] img')
  await becomes(async () => (await sizeOf(thumb)())?.every((one) => one > 0 && one <= 64), true)
  await page.goto("/admin/data/articles/1")
  await cover.getByRole("button", { name: "Take the file out" }).click()
  await cover.getByText("null").waitFor()
  await save(page)
  assert.equal(await stored("cover"), null)
  assert.equal(await cover.getByRole("img").count(), 0)
  await close()
})

test("a file that is too large or of a wrong kind is refused in place, and nothing else is lost", async () => {
  const { page, close } = await visit(server, "/data/articles/1", "admin", { expected: /400|413/ })
  const title = page.getByRole("textbox", { name: "Title" })
  const paper = field(page, "Paper")
  const choosing = paper.getByRole("button", { name: /^Choose/ })
  await title.fill("Typed meanwhile")
  await choose(page, choosing, text)
  await paper.getByRole("link", { name: "notes.txt" }).waitFor()
  await page.keyboard.press("Control+s")
  await paper.getByRole("alert").getByText("text/plain").waitFor()
  const kept = async () => [await title.inputValue(), await page.getByText("2 unsaved fields").count()]
  await becomes(kept, ["Typed meanwhile", 1])
  await choose(page, choosing, pdf("long.pdf", 4000))
  await paper.getByRole("link", { name: "long.pdf" }).waitFor()
  await page.keyboard.press("Control+s")
  await paper.getByText("Ensure this file has at most 3000 bytes (it has 4000).").waitFor()
  await becomes(kept, ["Typed meanwhile", 1])
  for (const size of [250_000, 9_000_000]) {
    await choose(page, choosing, pdf(`${size}.pdf`, size))
    await paper.getByText(`The file "${size}.pdf" is larger than 200000 bytes.`).waitFor()
    await becomes(kept, ["Typed meanwhile", 1])
    await paper.getByRole("link", { name: "long.pdf" }).waitFor()
    await choose(page, choosing, pdf("long.pdf", 4000))
    await paper.getByRole("alert").waitFor({ state: "detached" })
  }
  const cover = field(page, "Cover")
  await choose(page, cover.getByRole("button", { name: "Choose a file" }), text)
  await cover.getByRole("link", { name: "notes.txt" }).waitFor()
  await page.keyboard.press("Control+s")
  await cover.getByText(/^Upload a valid image\./).waitFor()
  await paper.getByText(/^Ensure this file has at most/).waitFor()
  assert.deepEqual([await stored("paper"), await stored("cover")], [null, null])
  assert.notEqual(await stored("title"), "Typed meanwhile")
  await cover.getByRole("button", { name: "Take the file out" }).click()
  const good = pdf("good.pdf", 3000)
  await choose(page, choosing, good)
  await paper.getByRole("link", { name: "good.pdf" }).waitFor()
  await save(page)
  assert.equal(await stored("title"), "Typed meanwhile")
  assert.deepEqual(await bytes(page, "paper"), good.buffer)
  await close()
})

test("in a cell of the grid a file is put in, refused with the server's words, and taken away", async () => {
  const list = "/data/articles?order=id&cols=title!,cover,paper"
  const { page, close } = await visit(server, list, "admin", { expected: /400|413/ })
  const cell = page.locator('[data-row="1"] [data-column="2"]')
  const choosing = page.getByRole("button", { name: /^Choose/ })
  await cell.click()
  await page.keyboard.press("Enter")
  await choose(page, choosing, text)
  await page.locator('[data-row="1"] [data-column="2"][data-state="failed"]').waitFor()
  await cell.getByText(/text\/plain/).waitFor()
  assert.equal(await stored("paper", 2), null)
  await page.keyboard.press("Escape")
  await page.keyboard.press("Enter")
  await choose(page, choosing, pdf("cell.pdf", 500))
  await page.locator('[aria-label="Paper, cell.pdf, row 2"]:not([data-state])').waitFor()
  assert.match((await stored("paper", 2)) ?? "", /\/papers\/cell\.pdf$/)
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: "Take away" }).click()
  await page.locator('[aria-label="Paper, null, row 2"]:not([data-state])').waitFor()
  assert.equal(await stored("paper", 2), null)
  await close()
})
