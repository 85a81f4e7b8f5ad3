import { fileURLToPath } from "node:url"
import { lingui } from "@lingui/vite-plugin"
import optimizeLocales from "@react-aria/optimize-locales-plugin"
import babel from "@rolldown/plugin-babel"
import react from "@vitejs/plugin-react"
import { defineConfig, type Plugin } from "vite"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The development server asks this one for everything but the admin itself: `./couplet serve --sample`.
const server = process.env.COUPLET_URL ?? "http://localhost:8090"
const passed = Object.fromEntries(
  ["/api", "/media", "/api-auth", "/healthz"].map((path) => [path, { target: server, ws: true }]),
)

// What the log-in needs is one file, what the frame of every screen adds is another, and the list of records a third:
// many small ones cost a request and its headers each.
const files = { first: "./src/main.tsx", shell: "./src/shell/Shell.tsx", data: "./src/pages/DataPage.tsx" }
const fileOf = new Map<string, string>()
// Of these, pages take what they need; their indexes name everything.
const picked = /node_modules\/(react-aria|react-stately|@react-|@internationalized|lucide)/
const firstLoad: Plugin = {
  name: "first-load",
  buildEnd() {
    for (const [file, start] of Object.entries(files)) {
      const wanted = [here(start)]
      for (const id of wanted) {
        if (fileOf.has(id)) continue
        fileOf.set(id, file)
        wanted.push(...(this.getModuleInfo(id)?.importedIds ?? []))
      }
    }
  },
}

export default defineConfig({
  base: "/admin/",
  resolve: { alias: { "@": here("./src"), "couplet-client": here("./client/src/index.ts") } },
  plugins: [
    react(),
    babel({
      plugins: ["@lingui/babel-plugin-lingui-macro"],
      parserOpts: { plugins: ["jsx", "typescript"] },
    }),
    lingui(),
    firstLoad,
    { ...optimizeLocales.vite({ locales: ["en-US", "de-DE"] }), enforce: "pre" },
  ],
  server: { proxy: passed },
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: Object.keys(files).map((name, index) => ({
            name,
            priority: 3 - index,
            test: (id: string) => fileOf.get(id) === name && !picked.test(id),
          })),
        },
      },
    },
    chunkSizeWarningLimit: 800,
  },
})
