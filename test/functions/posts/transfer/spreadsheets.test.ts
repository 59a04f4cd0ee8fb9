import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRows } from '#functions/posts/transfer/csv-rows.ts';
import { csvOf } from '#functions/posts/transfer/export-row.ts';
import { readRow } from '#functions/posts/transfer/rows.ts';

const account = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const bom = '\uFEFF';

/** The content of the rows, or why they were refused. */
const read = (content: string, timeZone?: string) =>
  csvRows(content).map((sent) => {
    const { row, fields } = readRow(sent, timeZone);
    if (!row) return fields.map(({ path, code }) => `${path}: ${code}`).join(', ');
    const { parts, publishAt, localTime, madeWithAi } = row;
    return {
      texts: parts.map(({ text }) => text),
      ...(publishAt !== undefined && { publishAt }),
      ...(localTime !== undefined && { localTime, timeZone: row.timeZone }),
      ...(madeWithAi && { madeWithAi }),
    };
  });
const lines = (end: string, ...said: string[]) => said.map((line) => `${line}${end}`).join('');

/** The same plan as programs write it: a two-line text with all that needs quoting, and a thread. */
const plan = [{ texts: ['Grüße 😀; "hi", you\nall'] }, { texts: ['One', 'Two'], madeWithAi: true }];
const greeting = (inCell = '\n') => `"Grüße 😀; ""hi"", you${inCell}all"`;
const rowsWith = (delimiter: string, truth: string, inCell?: string) =>
  [
    ['accountId', 'text', 'part2', 'madeWithAi'],
    [account, greeting(inCell), '', ''],
    [account, 'One', 'Two', truth],
  ].map((cells) => cells.join(delimiter));

describe('a plan is read as it was written by', () => {
  test.each<[string, string]>([
    ['Excel for Windows, “CSV UTF-8”', bom + lines('\r\n', ...rowsWith(',', 'TRUE'))],
    ['Excel for Windows in German', bom + lines('\r\n', ...rowsWith(';', 'WAHR'))],
    ['Excel for Windows, “Unicode text”', bom + lines('\r\n', ...rowsWith('\t', 'TRUE'))],
    ['a program that tells Excel its delimiter', bom + lines('\r\n', 'sep=;', ...rowsWith(';', 'TRUE'))],
    ['a program that tells Excel a tab', lines('\n', 'sep=\t', ...rowsWith('\t', 'TRUE'))],
    ['a program that tells Excel a bar', lines('\r\n', '"sep=|"', ...rowsWith('|', 'TRUE'))],
    [
      'Excel for Windows, which leaves out empty cells at the end',
      lines('\r\n', ...rowsWith(',', 'TRUE')).replace(/,,\r/, '\r'),
    ],
    ['Excel for Mac, “CSV UTF-8”', bom + lines('\r\n', ...rowsWith(',', 'TRUE', '\r'))],
    ['Excel for Mac, “CSV (Macintosh)”', lines('\r', ...rowsWith(';', 'TRUE', '\r'))],
    ['Excel for Mac in French', bom + lines('\r\n', ...rowsWith(';', 'VRAI'))],
    ['Numbers', lines('\r\n', ...rowsWith(',', 'TRUE'))],
    ['Numbers in German', lines('\n', ...rowsWith(';', 'WAHR'))],
    ['Numbers, with the name of the table', lines('\r\n', 'Table 1', ...rowsWith(',', 'TRUE'))],
    ['Google Sheets', lines('\r\n', ...rowsWith(',', 'TRUE')).trimEnd()],
    ['LibreOffice', lines('\n', ...rowsWith(',', 'TRUE'))],
    [
      'LibreOffice, “quote all text cells”',
      lines('\n', ...rowsWith(',', '"TRUE"').map((row) => row.replace(/(^|,)([A-Za-z]\w*)(?=,|$)/g, '$1"$2"'))),
    ],
    ['LibreOffice in Polish', lines('\n', ...rowsWith(';', 'PRAWDA'))],
    ['two programs: a header with CRLF, rows with LF', rowsWith(',', 'TRUE').join('\n').replace('\n', '\r\n')],
    ['two programs: a header with LF, rows with CRLF', rowsWith(',', 'TRUE').join('\r\n').replace('\r\n', '\n')],
    ['two programs: a header with LF, rows with CR', `${rowsWith(',', 'TRUE').join('\r').replace('\r', '\n')}\r`],
    ['a form of the web: line ends of Windows in a cell', lines('\n', ...rowsWith(',', 'TRUE', '\r\n'))],
    ['a program that writes its mark twice', bom + bom + lines('\n', ...rowsWith(',', 'TRUE'))],
    ['a sheet with empty columns behind the last', lines('\r\n', ...rowsWith(',', 'TRUE').map((row) => `${row},,,`))],
    ['a sheet with empty rows below', lines('\r\n', ...rowsWith(',', 'TRUE'), ',,,', '', ',,,,,', ' ,\u00a0,,')],
    ['a sheet with a title above', lines('\r\n', 'Plan of December,,,', ',,,', ...rowsWith(',', 'TRUE'))],
    ['a title with commas above semicolons', lines('\r\n', 'Plan: Mo, Di, Mi, Do, Fr;;', ...rowsWith(';', 'TRUE'))],
    [
      'a person who names columns as words',
      lines('\n', ' Account ID ,TEXT,\u00a0Part 2,made_with_ai', ...rowsWith(',', 'true').slice(1)),
    ],
    ['a person who puts blanks around', lines('\n', ...rowsWith(' , ', ' yes ')).replace(' One , Two ', 'One,Two')],
    [
      'a program that has a column of no name',
      lines('\n', ...rowsWith(',', 'TRUE').map((row) => row.replace(',', ',,'))),
    ],
  ])('%s', (_, content) => {
    expect(read(content)).toEqual(plan);
  });
});

describe('a cell', () => {
  const row = (...cells: string[]) => lines('\n', 'accountId,text,part2', [account, ...cells].join(','));

  test('may contain pairs of quotes that are not doubled', () => {
    expect(read(row('He said "hi" to me', ''))).toEqual([{ texts: ['He said "hi" to me'] }]);
  });

  test('of a tab-separated file keeps its quotes as they are (Google Sheets, “TSV”)', () => {
    expect(read(`accountId\ttext\tpart2\r\n${account}\t5" of rain, "they" say\tTwo\r\n`)).toEqual([
      { texts: ['5" of rain, "they" say', 'Two'] },
    ]);
  });

  test.each([
    ['a quote alone', row('5" of rain', '')],
    ['a quoted text with a delimiter within a text', row('He said "hi, you" to me', '')],
    ['more cells than names', row('a', 'b', 'c')],
  ])('is refused with malformed_row rather than guessed: %s', (_, content) => {
    expect(read(content)).toEqual([': malformed_row']);
  });

  test('with content under a nameless column is refused with unknown_column', () => {
    expect(read(`accountId,text,,part2\n${account},One,2026-12-24,\n`)).toEqual([': unknown_column']);
  });

  test('may contain lines that look like rows, with mixed line ends in the file', () => {
    const texts = ['One,two,three\nfour,five,six'];
    expect(read(`accountId,text,part2\r\n${account},"${texts[0]}"\n${account},"${texts[0]}",\n`)).toEqual([
      { texts },
      { texts },
    ]);
  });

  test('with only blanks is no part', () => {
    expect(read(row('One', ' \u00a0'))).toEqual([{ texts: ['One'] }]);
  });
});

describe('a time in a cell', () => {
  const timed = (column: string, cell: string, zone = 'Europe/Berlin') =>
    read(`accountId,text,${column},timeZone\n${account},One,${cell.includes(',') ? `"${cell}"` : cell},${zone}\n`)[0];

  test.each([
    ['2026-12-24 09:30', '2026-12-24T09:30'],
    ['2026-12-24 9:30:00', '2026-12-24T09:30:00'],
    ['2026-12-24T09:30', '2026-12-24T09:30'],
    ['2026-12-24  9:30:00.1234', '2026-12-24T09:30:00.123'],
    ['2026/12/24 9:30', '2026-12-24T09:30'],
    ['2026.1.4 9:30', '2026-01-04T09:30'],
    ['2026-12-24, 9:30 PM', '2026-12-24T21:30'],
    ['2026-12-24 12:05:00\u202fa.m.', '2026-12-24T00:05:00'],
    ['2026-12-24\u00a009:30', '2026-12-24T09:30'],
  ])('%s is local time in the zone of its row, in either column', (cell, localTime) => {
    const meant = { texts: ['One'], localTime, timeZone: 'Europe/Berlin' };
    expect([timed('publishAt', cell), timed('localTime', cell)]).toEqual([meant, meant]);
  });

  test.each([
    ['2026-12-24T08:30:00Z', '2026-12-24T08:30:00Z'],
    ['2026-12-24 08:30:00Z', '2026-12-24T08:30:00Z'],
    ['2026-12-24T09:30:00+01:00', '2026-12-24T08:30:00Z'],
    ['2026-12-24 9:30 +0100', '2026-12-24T08:30:00Z'],
    ['2026-12-24t08:30:00z', '2026-12-24T08:30:00Z'],
  ])('%s is an instant', (cell, publishAt) => {
    expect(timed('publishAt', cell, '')).toEqual({ texts: ['One'], publishAt });
  });

  test('uses the zone of the import when its row names none, and is refused without either', () => {
    const content = `accountId,text,publishAt\n${account},One,2026-12-24 09:30\n`;
    expect(read(content, 'Asia/Tokyo')).toMatchObject([{ localTime: '2026-12-24T09:30', timeZone: 'Asia/Tokyo' }]);
    expect(read(content)).toEqual(['timeZone: custom']);
  });

  test.each([
    ...['24.12.2026 09:30', '12/24/2026', '12/24/2026 9:30 AM', '04/05/2026 09:30', '4.5.26 9:30', '24-12-2026 09:30'],
    ...['2026-12-24', '2026-12-24 13:30 PM', '2026-02-30 09:30', '2026-12-24 25:00', '46380.3958', 'tomorrow'],
  ])('%s is refused, naming its column', (cell) => {
    expect(timed('publishAt', cell)).toMatch(/^publishAt: /);
    expect(timed('localTime', cell)).toMatch(/^localTime: /);
  });

  test.each([
    ['24.12.2026 09:30', 'is ambiguous: write it as 2026-12-24 09:30'],
    ['2026-12-24', 'must include a time of day: 2026-12-24 09:30'],
  ])('%s is refused with what to write instead', (cell, message) => {
    const [sent] = csvRows(`accountId,text,publishAt\n${account},One,${cell}\n`);
    expect(sent?.faults).toMatchObject([{ path: 'publishAt', message }]);
  });

  test('is refused when both columns have one', () => {
    const content = `accountId,text,publishAt,localTime,timeZone\n${account},One,2026-12-24 09:30,2026-12-24 09:30,UTC\n`;
    expect(read(content)).toEqual([expect.stringMatching(/^publishAt: /)]);
  });
});

test('exported posts are imported again letter for letter, in every script', () => {
  const signs = [
    '"',
    "'",
    ',',
    ';',
    '\t',
    '\n',
    '=',
    '+',
    '-',
    '@',
    '＝',
    '＋',
    '－',
    '＠',
    ' ',
    '\u00a0',
    '\ufeff',
    'sep=;',
    '😀',
  ];
  const said = fc
    .oneof(
      fc.string({ unit: fc.constantFrom(...signs) }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    )
    .map((text) => text.replaceAll('\r', '\n'))
    .filter((text) => text.trim() !== '');
  const post = fc.array(said, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(post, { minLength: 1, maxLength: 4 }), (posts) => {
      const rows = posts.map((texts) => ({
        ...{ id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', status: 'scheduled' as const, accountId: account },
        parts: texts.map((text) => ({ text, mediaIds: [], poll: null })),
        ...{ publishAt: '2026-12-24T08:30:00.000Z', timeZone: 'Asia/Kolkata' },
        ...{ replySettings: 'everyone' as const, madeWithAi: false, paidPartnership: false },
      }));
      const publishAt = '2026-12-24T08:30:00.000Z';
      expect(read(csvOf(rows))).toEqual(posts.map((texts) => ({ texts, publishAt })));
    }),
    { numRuns: 500 },
  );
});
