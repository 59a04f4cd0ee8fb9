import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { csvRecords } from '#functions/posts/transfer/csv.ts';

const records = (content: string) => csvRecords(content).toArray();
const cells = (content: string) => records(content).map((record) => record.cells);

describe('a CSV file', () => {
  test.each([
    ['line feeds', 'a,b\n1,2\n3,4\n'],
    ['carriage returns with them', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['no line end at its end', 'a,b\n1,2\n3,4'],
    ['a byte order mark', '\uFEFFa,b\n1,2\n3,4\n'],
    ['semicolons', 'a;b\n1;2\n3;4\n'],
    ['tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['carriage returns alone', 'a,b\r1,2\r3,4\r'],
    ['line ends of each kind', 'a,b\r\n1,2\n3,4\r'],
    ['its delimiter in the first line', 'sep=;\r\na;b\r\n1;2\r\n3;4\r\n'],
    ['empty cells behind the last', 'a,b,,\n1,2,,\n3,4, ,,,\n'],
    ['quotes that nobody needs', '"a","b"\n"1","2"\n3,"4"\n'],
    ['empty lines and rows', 'a,b\n\n1,2\n,\n  ,\n3,4\n\n'],
  ])('with %s is read', (_, content) => {
    expect(cells(content)).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  test('may have quotes, delimiters and line ends in its cells, and gives the first line of each record', () => {
    const content = 'a,b\r\n"x, ""y""\r\nz",2\r\n3,4\r\n';
    expect(records(content)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['x, "y"\r\nz', '2'] },
      { line: 4, cells: ['3', '4'] },
    ]);
  });

  test('may omit empty cells at the end of a record', () => {
    expect(cells('a,b,c\n1\n"2","3\n4"\n5,6,7')).toEqual([
      ['a', 'b', 'c'],
      ['1', '', ''],
      ['2', '3\n4', ''],
      ['5', '6', '7'],
    ]);
  });

  test.each([
    ['a quote that is never closed', '"1,2'],
    ['letters after a closing quote', '"1"x,2'],
    ['a cell too many', '1,2,3'],
    ['a record of endless length', `1,"${'x'.repeat(200_000)}`],
  ])('with %s in one record loses only that record', (_, broken) => {
    expect(records(`a,b\n1,"2"\n${broken}\n3,"4"\n5,6\n`)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2'] },
      { line: 3, cells: undefined },
      { line: 4, cells: ['3', '4'] },
      { line: 5, cells: ['5', '6'] },
    ]);
  });

  // A cell that begins with a line end would look like the end of a quote left open before it.
  const cell = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', '\n', ' ', "'", '😀'), maxLength: 8 });
  const id = fc.stringMatching(/^acc_[A-Z0-9]{6}$/);
  const rows = fc.array(
    fc.tuple(
      id,
      cell,
      cell.map((said) => `x${said}`),
    ),
    { minLength: 3, maxLength: 8 },
  );
  const header = ['accountId', 'text', 'part2'];
  const line = (row: readonly string[]) => Papa.unparse([[...row]], { newline: '\r\n' });

  test('is read as Papa Parse wrote it', () => {
    fc.assert(
      fc.property(rows, (written) => {
        expect(cells(Papa.unparse({ fields: header, data: written }, { newline: '\r\n' }))).toEqual([
          header,
          ...written,
        ]);
      }),
    );
  });

  test('is read with any mix of line ends', () => {
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const ends = fc.array(end, { minLength: 9, maxLength: 9 });
    const isRow = (said: readonly string[]) => said.some((each) => /^acc_[A-Z0-9]{6}$/.test(each));
    fc.assert(
      fc.property(rows, ends, (written, chosen) => {
        const content = [header, ...written].map((row, at) => `${line(row)}${chosen[at]}`).join('');
        const read = csvRecords(content, () => true, isRow).toArray();
        expect(read.map((record) => record.cells)).toEqual([header, ...written]);
      }),
      { numRuns: 1_000 },
    );
  });

  const damage = fc.constantFrom<(row: string) => string>(
    (row) => `"${row}`,
    (row) => row.replace(',', ',"'),
    (row) => `${row},`,
    (row) => row.slice(0, row.indexOf(',')),
    (row) => `${row}"`,
    (row) => row.replace(/,[^,]*$/, ''),
    () => '"',
    () => '\u0000,"',
  );

  test('keeps all other records, whichever one is damaged and however', () => {
    fc.assert(
      fc.property(rows, fc.nat(), damage, (written, which, harm) => {
        const broken = which % written.length;
        const lines = written.map((row, at) => (at === broken ? harm(line(row)) : line(row)));
        const read = cells([line(header), ...lines, ''].join('\r\n'));
        const others = written.filter((_, at) => at !== broken);
        expect(read).toEqual(expect.arrayContaining(others));
      }),
      { numRuns: 1_000 },
    );
  });
});
