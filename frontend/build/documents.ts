import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const MODULE = "virtual:documents";

/**
 * Gives the widget the id of the allow-listed GraphQL documents, and the server's table id → text.
 *
 * An id is the SHA-256 of the exact text, which never travels to the citizen's browser. All files together, in order of
 * their names, are one document too: hashes are random to gzip, so the widget carries this one, and names operations.
 */
export const documents = (folder: string): Plugin => {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".graphql"))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const together = files.join("");
  return {
    name: "sem-documents",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: (id) => (id === `\0${MODULE}` ? `export const documentId = ${JSON.stringify(idOf(together))};` : null),
    generateBundle() {
      const table = Object.fromEntries([...files, together].map((text) => [idOf(text), text]));
      this.emitFile({ type: "asset", fileName: "documents.json", source: `${JSON.stringify(table, null, 2)}\n` });
    },
  };
};

const idOf = (text: string) => `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
