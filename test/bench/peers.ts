import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import type { Woken } from './operations.ts';

/** Optional dependencies of NestJS and its libraries. */
const optional = [
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
];

/** Bundles a baseline into that folder with esbuild's defaults, the NestJS application minified. Returns its path. */
const buildPeer = async (name: 'bare' | 'nest-peer', folder: string): Promise<string> => {
  const entry = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: name === 'nest-peer',
    external: optional,
    // The SDK's CommonJS build, which esbuild picks by default, does not run without it.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return entry;
};

/** The baselines, bundled into that folder, with the same table and the same requests. */
export const peers = async (listPosts: Woken, folder: string): Promise<{ bare: Woken; nest: Woken }> => ({
  bare: { ...listPosts, name: 'bare', entry: await buildPeer('bare', folder), check: isOk },
  nest: { ...listPosts, name: 'NestJS: list posts', entry: await buildPeer('nest-peer', folder) },
});

const isOk = (answer: unknown): void => void z.object({ statusCode: z.literal(200) }).parse(answer);
