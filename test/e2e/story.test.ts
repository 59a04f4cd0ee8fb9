// @module-tag long
import { expect, inject, test } from 'vitest';
import { playStory } from '#infra/local/story.ts';

test("the marketer's story runs to its end", async () => {
  const lines: string[] = [];
  const maya = await playStory({ ...inject('stage'), say: (line) => lines.push(line) });
  expect(maya.accessToken).not.toBe('');
  expect(lines.at(-1)).toMatch(/The end\.$/);
}, 240_000);
