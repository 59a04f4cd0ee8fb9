import { describe, expect, test } from 'vitest';
import { presentText, weightedLength } from '#infra/local/x-sandbox/text.ts';

describe('the weighted length', () => {
  test.each([
    ['plain letters weigh 1', 'hello', 5],
    ['Chinese and Hangul weigh 2', '漢한', 4],
    ['Thai, Arabic, Cyrillic and Greek weigh 1', 'กعЖΩ', 4],
    ['curly quotes and the em dash weigh 1', '“a”—', 4],
    ['the ellipsis, the bullet, the euro sign and the arrow weigh 2', '…•€→', 8],
    ['a link weighs 23, however long', `https://example.com/${'x'.repeat(200)}`, 23],
    ['a bare domain is a link', 'foo.ai', 23],
    ['an unknown domain and a port on localhost are text', 'foo.invalidtld http://localhost:3000', 36],
    ['an emoji weighs 2, so do a family, a flag and a keycap', '😀👨‍👩‍👧‍👦🇩🇪1️⃣', 8],
    ['emoji sequences of Unicode 15.1 weigh 2', '🙂‍↔️🐦‍🔥', 4],
    ['what can be composed is composed first', 'e\u0301', 1],
  ])('%s', (_what, text, weight) => {
    expect(weightedLength(text)).toBe(weight);
  });
});

test('the positions of links, hashtags and mentions count code points', () => {
  const { text, entities } = presentText('😀 #a😀 https://example.com <@bo>', '7', undefined, () => '42');
  const points = Array.from(text);
  const cut = ({ start, end }: { start: number; end: number }) => points.slice(start, end).join('');
  expect(entities.hashtags.map(cut)).toEqual(['#a']);
  expect(entities.urls.map(cut)).toEqual([entities.urls[0]?.url]);
  expect(entities.mentions.map((mention) => [cut(mention), mention.id])).toEqual([['@bo', '42']]);
});
