import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // Small images would become data: URLs otherwise; files are cached for ever by their hash.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    // The chart parts and the calendar are loaded on demand and may be large; `npm run size` holds the first page.
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { "^/api/": "http://127.0.0.1:8080", "/healthz": "http://127.0.0.1:8080" },
  },
});
