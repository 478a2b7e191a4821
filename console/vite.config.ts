/** Builds the console to `dist`, which the control plane serves under a strict CSP. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    // light-dark() and the popover API are native here; older targets would rewrite them against Mantine's own scheme switch.
    target: ["chrome123", "firefox120", "safari17.5"],
    // The CSP allows scripts and images from the console's own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
