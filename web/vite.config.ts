import { defineConfig } from "vitest/config";
import { compressed } from "./compressed.vite.ts";
import { offline } from "./offline.vite.ts";

const SERVER = process.env.SHARED_ORDER_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [offline("public"), compressed()],
  // The server's content security policy allows nothing inline: every asset is a file of its own.
  build: {
    outDir: "../server/browser",
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    // Laptops that stopped receiving updates around 2020.
    target: ["es2020", "chrome87", "firefox78", "safari14"],
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // Brotli takes its seconds on a busy machine, and nobody can do anything about it.
      checks: { pluginTimings: false },
      input: { index: "index.html", worker: "src/offline/worker.ts" },
      // The worker stands at the root of the site, because it may answer only for what is beneath it.
      output: {
        entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
        // What nearly every page needs a piece of is one file: ten of a kilobyte cost more in heads than in bodies. A
        // stepper and a combobox come with the few windows that have one, a table and a search with lists.
        codeSplitting: {
          groups: [
            {
              name: "design",
              test: /\/src\/(design\/(?!Stepper|Combobox|Table|Search)\w+|app\/(form|load|title|Unread)|pages\/lists\/More)\.tsx?$/,
              priority: 2,
            },
            // A digest is for who signs, and comes with what he signs in.
            {
              name: "order",
              test: /\/src\/(order\/(?!digest)\w+|(bots|sheet)\/words|sheet\/product|grid\/clipboard)\.ts$/,
              priority: 1,
            },
            // Whoever opens an order, or sends or shows what waits for one, needs them all.
            { name: "document", test: /\/src\/sync\/(beginning|document|keeping|note|rights|writing)\.ts$/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": SERVER,
      "/ws": { target: SERVER, ws: true },
    },
    // The policy table and the golden examples are shared with the server and live beside it.
    fs: { allow: [".", "../schema", "../tests/golden"] },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    // Tests that need a page name happy-dom in their first line: to make one takes longer than most tests.
    environment: "node",
    setupFiles: ["src/words/setup.ts"],
    restoreMocks: true,
  },
});
