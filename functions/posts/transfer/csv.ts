/** A record of a CSV file; without cells where it is not well-formed. */
export interface CsvRecord {
  /** Line at which it begins, from 1. */
  line: number;
  cells: string[] | undefined;
}

/** Characters of a record: a thread of the longest texts, with every quote doubled. */
const longestRecord = 160_000;

/**
 * The records of a CSV file (RFC 4180), the header first; empty ones are passed over. A record that is not well-formed or
 * has not as many cells as the header costs no other: reading goes on at the line after the one it begins at, since a
 * quote that is never closed would take all that follows. No character is looked at more than a few times: a cell with
 * an open quote ends at the next quote of another cell that is open.
 */
export function* csvRecords(content: string): Generator<CsvRecord, void> {
  const text = content.replace(/^\uFEFF/, '');
  const headerLine = text.slice(0, lineEnd(text, 0));
  const delimiter = [',', ';', '\t'].find((each) => headerLine.includes(each)) ?? ',';
  const readRecord = recordReader(text, delimiter, headerLine.endsWith('\r\n'));
  let width: number | undefined;
  let line = 1;
  for (let at = 0; at < text.length;) {
    const { cells, end } = readRecord(at);
    const isEmpty = cells?.every((cell) => cell.trim() === '') === true;
    const isWhole = cells !== undefined && (isEmpty || cells.length === (width ??= cells.length));
    if (!(isWhole && isEmpty)) yield { line, cells: isWhole ? cells : undefined };
    const next = isWhole ? end : lineEnd(text, at);
    line += linesIn(text, at, next);
    at = next;
  }
}

/** What stands at a place; `seen` is how far it had to be looked. */
interface ReadRecord {
  cells: string[] | undefined;
  /** Where the next one begins. */
  end: number;
  seen: number;
}

/**
 * Reads the record that begins at a place of the text. Lines end as the header does: a line feed alone, in a file that has
 * carriage returns as well, is part of a cell, and not the end of a quote that an earlier one left open.
 */
export const recordReader = (text: string, delimiter: string, hasReturns: boolean) => {
  const plain = new RegExp(`[^"\\r\\n${delimiter}]*`, 'y');
  // White space behind a closing quote is passed over, as spreadsheets do.
  const afterQuote = delimiter === '\t' ? / */y : /[ \t]*/y;
  const past = (pattern: RegExp, at: number): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : at;
  };

  return (start: number): ReadRecord => {
    const most = start + longestRecord;
    const cells: string[] = [];
    let at = start;
    for (;;) {
      let cell: string;
      if (text[at] === '"') {
        const quote = closingQuote(text, at + 1, most);
        if (text[quote] !== '"') return { cells: undefined, end: quote, seen: quote };
        cell = text.slice(at + 1, quote).replaceAll('""', '"');
        at = past(afterQuote, quote + 1);
      } else {
        const end = past(plain, at);
        cell = text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (at > most) return { cells: undefined, end: at, seen: at };
      if (text[at] === delimiter) {
        at += 1;
        continue;
      }
      const feed = text[at] === '\r' ? at + 1 : hasReturns ? -1 : at;
      const end = text[feed] === '\n' ? feed + 1 : at;
      const isWhole = end > at || at === text.length;
      return { cells: isWhole ? cells : undefined, end, seen: end };
    }
  };
};

/** Where a cell's closing quote stands, behind all that are doubled; the end of the text or record when there is none. */
const closingQuote = (text: string, from: number, most: number): number => {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0 || at > most) return Math.min(most, text.length);
    if (text[at + 1] !== '"') return at;
  }
};

/** Where the line at that place ends, its line feed included. */
const lineEnd = (text: string, at: number): number => {
  const feed = text.indexOf('\n', at);
  return feed === -1 ? text.length : feed + 1;
};

const linesIn = (text: string, from: number, to: number): number => {
  let lines = 0;
  for (let feed = text.indexOf('\n', from); feed >= 0 && feed < to; feed = text.indexOf('\n', feed + 1)) lines += 1;
  return lines;
};
