import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { frameFirst } from "./scripts/frame.mjs";
import { librarySheet } from "./scripts/library.mjs";

export default defineConfig({
  plugins: [react(), librarySheet(), frameFirst()],
  build: {
    target: "es2022",
    // Small images would become data: URLs otherwise; files are cached for ever by their hash.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    // What every place needs is one large file; `npm run size` holds what the first pages load.
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { "^/api/": "http://127.0.0.1:8080", "/healthz": "http://127.0.0.1:8080" },
  },
});
