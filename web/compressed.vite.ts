import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import type { Plugin } from "vite";

const smaller = promisify(brotliCompress);
const TEXT = /\.(css|html|js|json)$/;

/** Writes beside each text of the build the same in Brotli, which is too slow to be made while somebody waits. */
export function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const texts = Object.entries(bundle).filter(([name]) => TEXT.test(name));
      await Promise.all(
        texts.map(async ([name, file]) => {
          const text = file.type === "chunk" ? file.code : file.source;
          await writeFile(join(dir, `${name}.br`), await smaller(text));
        }),
      );
    },
  };
}
