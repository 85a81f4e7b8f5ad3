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

// What the log-in needs is one file: many small ones cost a request and its headers each.
const first = new Set<string>()
// Of these, pages take what they need; their indexes name everything.
const picked = /node_modules\/(react-aria|react-stately|@react-|@internationalized|lucide)/
const firstLoad: Plugin = {
  name: "first-load",
  buildEnd() {
    const wanted = [here("./src/main.tsx")]
    for (const id of wanted) {
      if (first.has(id)) continue
      first.add(id)
      wanted.push(...(this.getModuleInfo(id)?.importedIds ?? []))
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
        codeSplitting: { groups: [{ name: "first", test: (id) => first.has(id) && !picked.test(id) }] },
      },
    },
    chunkSizeWarningLimit: 800,
  },
})
