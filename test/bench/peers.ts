import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import type { Woken } from './operations.ts';

/** What NestJS and its libraries ask for when it is there, and does without. */
const optional = [
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
];

/** Bundles a handler to be measured against, into that folder, as esbuild does by default, the application minified; its file. */
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
    // Without it the SDK's CommonJS, which is esbuild's default, does not run.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return entry;
};

/** What the functions are measured against, bundled into that folder: on the same table, asked the same. */
export const peers = async (listPosts: Woken, folder: string): Promise<{ bare: Woken; nest: Woken }> => ({
  bare: { ...listPosts, name: 'bare', entry: await buildPeer('bare', folder), check: isOk },
  nest: { ...listPosts, name: 'NestJS: list posts', entry: await buildPeer('nest-peer', folder) },
});

const isOk = (answer: unknown): void => void z.object({ statusCode: z.literal(200) }).parse(answer);
