import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { installedFonts } from './sample-report.ts';

/** Bundles the rendering of reports as functions are bundled (infra/build): `render.mjs`, `fonts.mjs`, and the fonts. */
export const bundleInto = async (folder: string): Promise<void> => {
  await build({
    ...{ absWorkingDir: join(import.meta.dirname, '../../../../..'), outdir: folder, outExtension: { '.js': '.mjs' } },
    entryPoints: {
      render: 'functions/analytics/reports/rendering/render.ts',
      fonts: 'functions/analytics/domain/font-files.ts',
    },
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node24', splitting: true, minify: true },
    ...{ mainFields: ['module', 'main'], logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const { regular, bold, fallbacks } = installedFonts;
  for (const url of [regular, bold, ...fallbacks]) {
    const file = fileURLToPath(url);
    copyFileSync(file, join(folder, basename(file)));
  }
};
