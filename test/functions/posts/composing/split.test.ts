import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureText } from '#functions/posts/checks/text-weight.ts';
import { splitIntoParts } from '#functions/posts/composing/split.ts';

const textsOf = (text: string, maxWeightedLength: number, numbering = false) =>
  splitIntoParts(text, { maxWeightedLength, numbering }).map((part) => part.text);

describe('a text is cut', () => {
  test.each([
    ['not at all when it fits', 'One. Two.', 280, ['One. Two.']],
    ['at the end of a sentence', 'We roast slowly. We taste all.', 20, ['We roast slowly.', 'We taste all.']],
    ['after as many sentences as fit', 'One. Two. Three. Four.', 12, ['One. Two.', 'Three. Four.']],
    ['at a line end, which ends a sentence as well', 'First line\nsecond line', 12, ['First line', 'second line']],
    ['between words where a sentence is too long', 'plum and cocoa and figs', 10, ['plum and', 'cocoa and', 'figs']],
    ['within a word that is too long by itself', 'abcdefghijkl', 5, ['abcde', 'fghij', 'kl']],
    // `abcde.com` and `abcde.co` would be links, and weigh 23.
    ['where no link comes to be', 'abcde.comxxxxxxx', 9, ['abcde.c', 'omxxxxxxx']],
    ['between the letters of scripts without blanks', '新茶です。今日です。', 12, ['新茶です。', '今日です。']],
    ['beside an emoji, never within', '👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 5, ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦']],
    [
      'beside a link, never within',
      'See https://example.com/?q=1&r=2.html now and then',
      26,
      ['See', 'https://example.com/?q=1&r=2.html', 'now and then'],
    ],
  ])('%s', (_, text, most, parts) => {
    expect(textsOf(text, most)).toEqual(parts);
  });

  test('into parts numbered within the limit, unless there is only one', () => {
    expect(textsOf('We roast slowly. We taste all.', 24, true)).toEqual(['We roast slowly. 1/2', 'We taste all. 2/2']);
    expect(textsOf('All in one.', 24, true)).toEqual(['All in one.']);
  });
});

describe('a part ends where a reader would stop', () => {
  test.each([
    [
      'after no title',
      'Yesterday the whole team met Mr. Jones there.',
      34,
      ['Yesterday the whole team met', 'Mr. Jones there.'],
    ],
    [
      'after no title, in German',
      'Gestern sprach dort Dr. Weiß. Alle kamen.',
      30,
      ['Gestern sprach dort Dr. Weiß.', 'Alle kamen.'],
    ],
    ['after no Saint', 'We all went on to St. Pauli again.', 22, ['We all went on to', 'St. Pauli again.']],
    ['after no "e.g."', 'Bring some fruit, e.g. Plums or figs.', 23, ['Bring some fruit,', 'e.g. Plums or figs.']],
    ['within no "z. B."', 'Bringt Obst mit, z. B. Pflaumen.', 22, ['Bringt Obst mit,', 'z. B. Pflaumen.']],
    ['within no "z.B."', 'Bringt Obst mit, z.B. Pflaumen.', 22, ['Bringt Obst mit,', 'z.B. Pflaumen.']],
    [
      'between no initials',
      'A new tale by J. R. R. Tolkien is out.',
      24,
      ['A new tale by', 'J. R. R. Tolkien is out.'],
    ],
    ['within no number', 'We came in as No. 5 of ten.', 18, ['We came in as', 'No. 5 of ten.']],
    ['but after a "No."', 'Will we go? No. We stay here.', 16, ['Will we go? No.', 'We stay here.']],
    ['within no decimal number', 'It weighs 3.5 kg or so.', 14, ['It weighs 3.5', 'kg or so.']],
    [
      'within no address of a street',
      'Kommt heute in die Lindenstr. 5 zu uns.',
      29,
      ['Kommt heute in die', 'Lindenstr. 5 zu uns.'],
    ],
    ['within no date', 'Wir sehen uns am 3. Oktober dort.', 20, ['Wir sehen uns am', '3. Oktober dort.']],
    ['after no mark of a list', 'Roast it. 1. Grind it well.', 14, ['Roast it.', '1. Grind it', 'well.']],
    ['within no address that is no link', 'Open foo.local. Then go on.', 16, ['Open foo.local.', 'Then go on.']],
    ['after "p.m."', 'We close at 5 p.m. We open at 9.', 22, ['We close at 5 p.m.', 'We open at 9.']],
    ['after "etc."', 'Plums, figs, etc. More to come.', 22, ['Plums, figs, etc.', 'More to come.']],
    [
      'not behind a quote of one word',
      'He said "Stop!" and left. Then he slept.',
      27,
      ['He said "Stop!" and left.', 'Then he slept.'],
    ],
    ['within no quote of one word', 'Il dit « Non ! » et part.', 14, ['Il dit', '« Non ! » et', 'part.']],
    ['before no bracket that closes', 'They came ( late ) by sea.', 16, ['They came', '( late ) by sea.']],
    [
      'where the abbreviation comes of Cyrillic letters',
      'Мы встретились в г. Москве.',
      19,
      ['Мы встретились в', 'г. Москве.'],
    ],
    ['at no blank that keeps words together', 'Wir gehen 10\u00a0km weit.', 14, ['Wir gehen', '10\u00a0km weit.']],
    ['after an abbreviation where it is all there is', 'Mr. Mr. Mr.', 5, ['Mr.', 'Mr.', 'Mr.']],
  ])('%s', (_, text, most, parts) => {
    expect(textsOf(text, most)).toEqual(parts);
  });

  test.each([
    ['Chinese', '我们喝茶。我们走了', 14, ['我们喝茶。', '我们走了']],
    ['Chinese, behind a quote', '他说“好！”我们也都走了', 20, ['他说“好！”', '我们也都走了']],
    ['Japanese', '飲みます！行きますか？はい', 14, ['飲みます！', '行きますか？', 'はい']],
    ['Arabic', 'كيف حالك؟ نحن بخير', 12, ['كيف حالك؟', 'نحن بخير']],
    ['Urdu', 'یہ چائے ہے۔ وہ کافی ہے', 14, ['یہ چائے ہے۔', 'وہ کافی ہے']],
    ['Hindi', 'यह चाय है। वह कॉफ़ी है', 14, ['यह चाय है।', 'वह कॉफ़ी है']],
    ['Greek', 'Τι κάνεις; Καλά είμαι', 15, ['Τι κάνεις;', 'Καλά είμαι']],
    ['Armenian', 'Եկավ տուն։ Հիմա գնաց', 14, ['Եկավ տուն։', 'Հիմա գնաց']],
    ['Amharic, whose letters weigh two', 'ቡና ነው። ሻይ ነው', 18, ['ቡና ነው።', 'ሻይ ነው']],
    ['Burmese', 'ကော်ဖီ။ လက်ဖက်', 13, ['ကော်ဖီ။', 'လက်ဖက်']],
  ])('at the end of a sentence: %s', (_, text, most, parts) => {
    expect(textsOf(text, most)).toEqual(parts);
  });

  test('never after an abbreviation or initial, for any mix of words', () => {
    const names = fc.constantFrom('Mr.', 'Dr.', 'e.g.', 'z. B.', 'J.', 'Prof.', 'No. 5', 'vs.', 'т. е.', '3. Mai');
    const words = fc.array(fc.oneof(names, fc.stringMatching(/^[a-z]{2,9}$/)), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.integer({ min: 60, max: 120 }), (said, most) => {
        fc.pre(said.every((each, place) => /^[a-z]+$/.test(each) || /^[a-z]+$/.test(said[place + 1] ?? 'a')));
        const text = `${said.join(' ')} end`;
        for (const part of textsOf(text, most)) {
          expect(part).not.toMatch(/(?<![a-zа-я])(?:Mr|Dr|e\.g|z|B|J|Prof|No|vs|т|е|3)\.$/i);
        }
      }),
    );
  });
});

describe('a text that cannot be split is refused with the position', () => {
  const refusal = (text: string, most: number) => {
    try {
      return splitIntoParts(text, { maxWeightedLength: most, numbering: false });
    } catch (error) {
      return error;
    }
  };

  test.each([
    ['nothing', ' \n', 280, 'empty_text', 0],
    ['26 parts', 'ab '.repeat(26), 2, 'too_many_parts', 75],
    ['a single sign that is too heavy', `a ${'e' + '\u0301\u0302'.repeat(20)}`, 10, 'unsplittable', 2],
  ])('%s', (_, text, most, code, start) => {
    expect(refusal(text, most)).toMatchObject({ code, fields: [{ path: 'body.text', code, start }] });
  });

  test('but 25 parts are accepted', () => {
    expect(textsOf('ab '.repeat(25), 2)).toHaveLength(25);
  });
});

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z]{1,9}$/) },
  fc.constantFrom('. ', '! ', '? ', '\n', '  ', ', '),
  fc.constantFrom('😀', '👨‍👩‍👧‍👦', '🇩🇪', '新茶', 'です。', 'e\u0301'),
  fc.constantFrom('https://example.com/?q=1.2!a', 'example.com', ' example.org/a '),
);
const text = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', ' ', '')), { minLength: 1, maxLength: 120 })
  .map((pieces) => pieces.flat().join(''))
  .filter((each) => each.trim() !== '');

test('the parts of any text add up to it, fit, are never empty, and cut no link or grapheme', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 60, max: 300 }), fc.boolean(), (given, most, numbering) => {
      const parts = splitIntoParts(given, { maxWeightedLength: most, numbering });
      const graphemes = new Set(Array.from(new Intl.Segmenter('und').segment(given), ({ index }) => index));
      let from = 0;
      for (const part of parts) {
        expect(given.slice(from, part.start).trim()).toBe('');
        const own = given.slice(part.start, part.end);
        expect(own.trim()).not.toBe('');
        const isNumbered = numbering && parts.length > 1;
        expect(part.text.replace(/ \d+\/\d+$/, isNumbered ? '' : '$&')).toBe(own);
        expect(measureText(part.text).weightedLength).toBe(part.weightedLength);
        expect(part.weightedLength).toBeLessThanOrEqual(most);
        expect(graphemes.has(part.start)).toBe(true);
        for (const link of measureText(given).links) {
          expect(link.start < part.end && part.end < link.end).toBe(false);
        }
        from = part.end;
      }
      expect(given.slice(from).trim()).toBe('');
    }),
  );
});

test.each([
  ['words', 'Hello there, '.repeat(3_800)],
  ['links', 'https://example.com/a '.repeat(2_000)],
  ['ideographs', '語'.repeat(25_000)],
])('a long text is split at a limit of 25,000 and refused for too many parts at 280: %s', (_, given) => {
  expect(textsOf(given, 25_000).length).toBeGreaterThan(1);
  expect(() => textsOf(given, 280)).toThrow('25 parts');
});
