import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/**
 * Adds the pinned copy `widget/<version>.js` and `widget/manifest.json`: version, SRI hash and sizes in bytes.
 *
 * Runs after minification, so the hash is that of the bytes served.
 */
export const manifest = (version: string): Plugin => ({
  name: "sem-manifest",
  enforce: "post",
  generateBundle(_options, bundle) {
    const widget = bundle["widget/v1.js"];
    if (widget?.type !== "chunk") return this.error("widget/v1.js was not built");
    const bytes = Buffer.from(widget.code, "utf8");
    const integrity = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
    const facts = {
      version,
      latest: "widget/v1.js",
      pinned: `widget/${version}.js`,
      integrity,
      bytes: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
    };
    this.emitFile({ type: "asset", fileName: facts.pinned, source: widget.code });
    this.emitFile({ type: "asset", fileName: "widget/manifest.json", source: `${JSON.stringify(facts, null, 2)}\n` });
    this.info(`widget ${version}: ${facts.bytes} bytes, ${facts.gzip} gzip`);
    return undefined;
  },
});
