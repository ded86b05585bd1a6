import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

const MODULE = "virtual:documents";

/** The ids as a module. They are random to gzip, so they travel as base64: a quarter shorter than hexadecimal. */
const moduleOf = (files: { name: string; id: string }[]): string => {
  const bytes = Buffer.from(files.map(({ id }) => id.slice("sha256:".length)).join(""), "hex").toString("base64");
  return `
    const hexadecimal = [...atob("${bytes}")].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    export const [${files.map(({ name }) => name).join(", ")}] = hexadecimal.match(/.{64}/g).map((id) => "sha256:" + id);
  `;
};

/**
 * Gives the widget the ids of the allow-listed GraphQL documents, and the server the table id → text.
 *
 * The id is the SHA-256 of the file's exact bytes: the text never travels to the citizen's browser.
 */
export const documents = (folder: string): Plugin => {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".graphql"))
    .sort()
    .map((file) => {
      const bytes = readFileSync(join(folder, file));
      const id = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      return { name: basename(file, ".graphql"), id, text: bytes.toString("utf8") };
    });
  return {
    name: "sem-documents",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: (id) =>
      id === `\0${MODULE}`
        ? moduleOf(files)
        : null,
    generateBundle() {
      const table = Object.fromEntries(files.map((file) => [file.id, file.text]));
      this.emitFile({ type: "asset", fileName: "documents.json", source: `${JSON.stringify(table, null, 2)}\n` });
    },
  };
};
