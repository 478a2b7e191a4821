/** Builds the console to `dist`, which the control plane serves under a strict CSP. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** What so many pages use comes with the first of them. */
const SHARED_FROM_PAGES = 3;

export default defineConfig({
  plugins: [react()],
  build: {
    // light-dark() and the popover API are native here; older targets would rewrite them against Mantine's own scheme switch.
    target: ["chrome123", "firefox120", "safari17.5"],
    // The CSP allows scripts and images from the console's own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // A page of fifty small scripts waits longer for them than for two large ones.
        codeSplitting: {
          groups: [
            { name: "frame", tags: ["$initial"], priority: 2 },
            { name: "shared", minShareCount: SHARED_FROM_PAGES, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
