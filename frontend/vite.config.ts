import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { documents } from "./build/documents.ts";
import { manifest } from "./build/manifest.ts";

const here = import.meta.dirname;
const { version } = JSON.parse(readFileSync(`${here}/package.json`, "utf8")) as { version: string };

/** Properties that the build may rename: the keys of the texts, and words that neither the API nor the DOM uses. */
const OURS =
  /^(\$.*|address|announce|api|ask|attempt|back|check|choices|choose|chosen|clear|complain|content|control|drop|emit|first|isAsked|isOk|key|leave|life|load|node|object|radio|refuse|resume|rows|said|settle|show|stateOf|summary|tell|texts|typed|verify|watch)$/;

export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [documents(`${here}/../backend/schema/public/documents`), manifest(version)],
  build: {
    target: "es2020", // Safari 14: public machines in libraries and municipalities are old
    outDir: "../frontend-dist",
    emptyOutDir: false, // its README is committed
    reportCompressedSize: false,
    rolldownOptions: { output: { minify: { compress: true, mangle: true, codegen: true, mangleProps: { include: OURS } } } },
    lib: { entry: "widget/index.ts", name: "SemPago", formats: ["iife"], fileName: () => "widget/v1.js" },
  },
});
