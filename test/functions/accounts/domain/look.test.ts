import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Sought, type Verdict, verdictOn } from '#functions/accounts/domain/look.ts';
import { fingerprintOf, type ShownPost, wordprintOf } from '#functions/accounts/domain/post-match.ts';
import { presentText } from '#infra/local/x-sandbox/text.ts';

/*
 * A post is recognised by what X makes of our text, whatever that contains; a different text is not mistaken for it;
 * and what X may have made of ours in an unforeseen way is not mistaken for a different text.
 */

const xPostId = '1900000000000000001';
const at = '2026-11-22T12:00:00.000Z';
const firstXPostId = '1900000000000000000';

interface How {
  mediaCount?: number;
  isReply?: boolean;
}

/** A post of that text as X shows it. */
const shown = (
  text: string,
  { mediaCount = 0, isReply = false }: How = {},
  change: Partial<ShownPost> = {},
): ShownPost => {
  const media = mediaCount > 0 ? { url: `https://x.com/acme/status/${xPostId}/photo/1`, mediaKey: '3_1' } : undefined;
  const { text: presented, entities } = presentText(text, xPostId, media, () => undefined);
  return {
    xPostId,
    text: presented,
    links: entities.urls.map(({ url, expanded_url: expandedUrl }) => ({ url, expandedUrl })),
    replyTo: isReply ? firstXPostId : null,
    mediaCount: mediaCount > 0 ? mediaCount : null,
    createdAt: at,
    ...change,
  };
};

/** What is looked for after that text was sent. @param now the current text of the part */
const sought = (text: string, { mediaCount = 0, isReply = false }: How = {}, now = text): Sought => ({
  sends: [
    {
      at,
      fingerprint: fingerprintOf(text, isReply),
      words: wordprintOf(text, isReply),
      replyTo: isReply ? firstXPostId : null,
      mediaCount,
    },
  ],
  text: now,
  ownUserId: '12',
  firstXPostId,
});

const words = [
  ...[
    'Beans',
    'beans',
    'BEANS!',
    'Grüße',
    'Gru\u0308ße',
    'ﬁne',
    '咖啡',
    '見てhttps://example.com/aです',
    '@bob',
    '#beans',
  ],
  ...['&', '&amp;', '&lt;b&gt;', '<b>', 'a<b>c&d', '100%', '%41', '☕', '☕️', '👩‍🍳', '☝️🏽', '🏳️‍🌈', '\u200F', '1.5'],
  ...['https://example.com', 'example.com/beans', 'HTTPS://Example.com/A?b=c&d=e&amp;f#g', '(https://example.org/x)'],
  ...['https://ru.wikipedia.org/wiki/Список_объектов', 'https://example.org/%D0%A1%2F', 'https://пример.рф/путь'],
  ...['https://t.co/AbCdEf1234', 'https://x.com/ada/status/19', 'https://twitter.com/ada/status/20?s=20'],
  ...[
    'https://x.com/ada/status/19/photo/1',
    'https://x.com/ada/status/19/video/1',
    'https://x.com/bob/status/20/video/1',
  ],
  'https://twitter.com/ada/status/19/photo/1',
];
const blank = fc.constantFrom(' ', '  ', '\n', '\n\n', ' \n\t ', '\u00A0', '\u3000');
const text = fc
  .tuple(
    blank,
    fc.array(fc.tuple(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 8 })), blank), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.constantFrom('', ' ', '\n'),
  )
  .map(([before, parts, after]) => `${before}${parts.flat().join('')}${after}`);
const how = fc.record({ mediaCount: fc.constantFrom(0, 1, 4), isReply: fc.boolean() });

describe('a post that was sent is recognised', () => {
  test('whatever its text', () => {
    fc.assert(
      fc.property(text, how, (sent, as) => {
        expect(verdictOn(shown(sent, as), sought(sent, as))).toBe<Verdict>('same');
      }),
      { numRuns: 2_000 },
    );
  });

  test('even when the part has a different text by now', () => {
    fc.assert(
      fc.property(text, text, how, (sent, now, as) => {
        expect(verdictOn(shown(sent, as), sought(sent, as, now))).toBe<Verdict>('same');
      }),
    );
  });

  test('even when X leaves a t.co link as it was written', () => {
    const post = shown('Beans https://t.co/AbCdEf1234', {}, { text: 'Beans https://t.co/AbCdEf1234' });
    const links = [{ url: 'https://t.co/AbCdEf1234', expandedUrl: 'https://example.com/beans' }];
    expect(verdictOn({ ...post, links }, sought('Beans https://t.co/AbCdEf1234'))).toBe<Verdict>('same');
  });

  test('even when X counts the media behind a link as media of the post', () => {
    const sent = 'Look https://x.com/ada/status/19/video/1';
    expect(verdictOn(shown(sent, {}, { mediaCount: 1 }), sought(sent))).toBe<Verdict>('same');
    expect(verdictOn(shown(sent, {}, { mediaCount: undefined }), sought(sent))).toBe<Verdict>('unclear');
  });
});

describe('a different text is not mistaken for the one that was sent', () => {
  const distinct = words.filter((word) => word !== 'Gru\u0308ße' && word !== '\u200F');
  const some = fc.array(fc.constantFrom(...distinct), { minLength: 1, maxLength: 4 });

  test('for any two texts', () => {
    fc.assert(
      fc.property(some, some, how, (sent, other, as) => {
        fc.pre(sent.join(' ') !== other.join(' ') && !(as.isReply && [sent[0], other[0]].includes('@bob')));
        expect(verdictOn(shown(other.join(' '), as), sought(sent.join(' '), as))).not.toBe<Verdict>('same');
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['other words', 'Beans', 'Tea'],
    ['a word more', 'Beans', 'Beans today'],
    ['other words before the same link', 'Beans https://example.com/a', 'Tea https://example.com/a'],
    ['what looks like encoding but is no link', 'Beans %41', 'Beans A'],
    ['another link', 'Beans https://example.com/a', 'Beans https://example.com/b'],
    ['another path on a host of other letters', 'Beans https://пример.рф/путь', 'Beans https://пример.рф/дорога'],
    ['another link without blanks', '見てhttps://example.com/aです', '見てhttps://example.com/bです'],
  ])('and is judged as other when it has %s, so that the missing post is sent', (_, sent, other) => {
    expect(verdictOn(shown(other), sought(sent))).toBe<Verdict>('other');
  });

  test('nor are the same words with a picture of their own', () => {
    const sent = 'Look https://x.com/ada/status/19/video/1';
    expect(verdictOn(shown(sent, { mediaCount: 1 }), sought(sent))).toBe<Verdict>('other');
    expect(verdictOn(shown(sent), sought(sent, { mediaCount: 1 }))).not.toBe<Verdict>('same');
  });
});

describe('a text that X may have altered is not judged as other', () => {
  /** The post, but with other links than X is known to show. */
  const asIf = (sent: string, change: (link: string) => string, as: How = {}): ShownPost => {
    const post = shown(sent, as);
    expect(post.links).not.toEqual([]);
    return { ...post, links: post.links.map((link) => ({ ...link, expandedUrl: change(link.expandedUrl) })) };
  };
  const open = (post: ShownPost, sent: string, as: How = {}) => {
    expect(verdictOn(post, sought(sent, as))).not.toBe<Verdict>('other');
  };

  test.each([
    ['a link of X under its other name', 'Beans https://x.com/ada/status/19', 'https://twitter.com/ada/status/19'],
    ['a link of X without what is behind', 'Beans https://x.com/ada/status/19?s=20', 'https://x.com/ada/status/19'],
    ['a link of X by its id', 'Beans https://x.com/ada/status/19', 'https://x.com/i/web/status/19'],
    ['its own link unwrapped', 'Beans https://t.co/AbCdEf1234', 'https://example.com/beans'],
    ['a host in ASCII', 'Beans https://пример.рф/путь', 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C'],
    ['a host in lower case', 'Beans https://Example.COM/A', 'https://example.com/A'],
    ['a slash', 'Beans https://example.com', 'https://example.com/'],
    ['entities in a link', 'Beans https://example.com/?a=b&c=d', 'https://example.com/?a=b&amp;c=d'],
  ])('%s', (_, sent, expandedUrl) => {
    open(
      asIf(sent, () => expandedUrl),
      sent,
    );
  });

  test('its media link with the id of an earlier version', () => {
    const as = { mediaCount: 1 };
    open(
      asIf('Beans', () => 'https://x.com/acme/status/18/photo/1', as),
      'Beans',
      as,
    );
  });

  test.each([
    ['a link that became a quote or a card', 'Beans https://x.com/ada/status/19', 'Beans'],
    ['entities that were undone', 'Beans &amp; tea', 'Beans & tea'],
    ['emoji in another form', 'Beans ☕️ 👩‍🍳', 'Beans ☕ 👩🍳'],
    ['letters in one form', 'ﬁne Beans ①', 'fine Beans 1'],
    ['what nobody sees left out', 'Be\u00ADans\u200B \u2066tea\u2069', 'Beans tea'],
  ])('%s', (_, sent, seen) => {
    open(shown(seen), sent);
    // Even when the part has a different text by now.
    expect(verdictOn(shown(seen), sought(sent, {}, 'Something else'))).not.toBe<Verdict>('other');
  });
});
