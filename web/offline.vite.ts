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
      if (page?.type === "asset") hash.update(page.source);
      const version = hash.digest("hex").slice(0, 12);
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        chunk.code = chunk.code.replaceAll("__VERSION__", JSON.stringify(version));
        if (chunk.fileName === "worker.js") {
          chunk.code = chunk.code.replaceAll("__FILES__", JSON.stringify(files));
        }
      }
      this.emitFile({ type: "asset", fileName: "version.json", source: JSON.stringify({ version }) });
    },
  };
}
