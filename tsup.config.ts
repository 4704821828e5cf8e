import { defineConfig } from "tsup";

/** JavaScript only; declarations come from `tsc`, see CONTRIBUTING.md. */
export default defineConfig({
  format: ["esm"],
  target: "es2023",
  sourcemap: true,
  clean: true,
  dts: false,
  splitting: true, // entries share one copy of classes, brands and WeakMaps
});
