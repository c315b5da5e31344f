import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import type { Plugin } from "vite";

/** Tells the worker which files make up this version, and the page and the server what the version is called. */
export function offline(publicFolder: string): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const built = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      const files = ["/", ...[...built, ...readdirSync(publicFolder)].map((name) => `/${name}`)].sort();
      const hash = createHash("sha256");
      for (const file of files) hash.update(file);
      const page = bundle["index.html"];
      const worker = bundle["worker.js"];
      if (page?.type !== "asset" || worker?.type !== "chunk") throw new Error("no page, or no worker");
      hash.update(page.source);
      const version = hash.digest("hex").slice(0, 12);
      // Nothing else may hold it: the names of all other files are those of their content, and are kept for ever.
      page.source = String(page.source).replace("__VERSION__", version);
      worker.code = worker.code
        .replaceAll("__VERSION__", JSON.stringify(version))
        .replaceAll("__FILES__", JSON.stringify(files));
      this.emitFile({ type: "asset", fileName: "version.json", source: JSON.stringify({ version }) });
    },
  };
}
