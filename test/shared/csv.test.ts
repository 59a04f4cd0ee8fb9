import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvFile, csvLine, withoutApostrophe } from '#shared/csv.ts';

describe('a line of CSV', () => {
  test.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['＝1+1', `"'＝1+1"`],
    ['\tx', `"'\tx"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＋1', `"'＋1"`],
    ['－1', `"'－1"`],
    ['＠SUM(A1)', `"'＠SUM(A1)"`],
    ["'=1", `"''=1"`],
    ["'＝1", `"''＝1"`],
    ["'quoted'", `"'quoted'"`],
    ["''", `"''"`],
    ['1=1', '"1=1"'],
    ['', '""'],
    ['a "quoted", word', '"a ""quoted"", word"'],
    ['plain', '"plain"'],
    [-3, '"-3"'],
    [null, '""'],
    [{ a: '=1' }, '"{""a"":""=1""}"'],
  ])('writes %j as a cell that is not a formula', (value, cell) => {
    expect(csvLine([value])).toBe(`${cell}\r\n`);
  });

  test.each(['Hello', "'quoted'", '', '1=1', "''"])('reads %j back unchanged', (text) => {
    expect(withoutApostrophe(text)).toBe(text);
  });

  test('never starts a cell like a formula, and reads back as the original text', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\n', 'a', '＝', '＠'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(text, (said) => {
        const written = csvLine([said]).slice(1, -3);
        expect(/^[=+\-@\t\r\n＝＋－＠]/.test(written)).toBe(false);
        expect(withoutApostrophe(written)).toBe(said);
      }),
    );
  });
});

test('a CSV file starts with a byte order mark for UTF-8', () => {
  expect(csvFile([['name'], ['Zoë']])).toBe('\uFEFF"name"\r\n"Zoë"\r\n');
});
