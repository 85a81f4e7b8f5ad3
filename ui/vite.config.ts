import { fileURLToPath } from "node:url"
import { lingui } from "@lingui/vite-plugin"
import optimizeLocales from "@react-aria/optimize-locales-plugin"
import babel from "@rolldown/plugin-babel"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The development server asks this one for everything but the admin itself: `./couplet serve --sample`.
const server = process.env.COUPLET_URL ?? "http://localhost:8090"
const passed = Object.fromEntries(
  ["/api", "/media", "/api-auth", "/healthz"].map((path) => [path, { target: server, ws: true }]),
)

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
    { ...optimizeLocales.vite({ locales: ["en-US", "de-DE"] }), enforce: "pre" },
  ],
  server: { proxy: passed },
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
})
