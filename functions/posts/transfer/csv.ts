/** A record of a CSV file; without cells if it is malformed. */
export interface CsvRecord {
  /** Line at which it begins, from 1. */
  line: number;
  /** As many as the header has. */
  cells: string[] | undefined;
}

/** Maximum length of a record: a thread of the longest texts, with every quote doubled. */
const longestRecord = 160_000;
/** Maximum number of records before the header, such as the title of a sheet or a note. */
const maxBeforeHeader = 10;

const isBlank = (cell: string): boolean => cell.trim() === '';
const anyLineEnd = /\r\n?|\n/g;

/**
 * Yields the records of a CSV file (RFC 4180) as spreadsheets write it, the header first. Empty records and what
 * precedes the header are skipped. A record that is shorter than the header is filled up with empty cells, which some
 * programs leave out. A malformed record costs no other: reading continues at the line after its first, since a quote
 * that is never closed would swallow the rest. No character is read more than a few times: an unclosed quote ends at
 * the next quote in the text.
 * @param isHeader whether a record names the file's columns; if none does, the first record is the header
 * @param isRow whether cells look like a row rather than lines of a text
 */
export function* csvRecords(
  content: string,
  isHeader: (cells: readonly string[]) => boolean = () => true,
  isRow: (cells: readonly string[]) => boolean = () => true,
): Generator<CsvRecord, void> {
  const text = content.replace(/^\uFEFF+/, '');
  const { delimiter, start } = delimiterOf(text, isHeader);
  const { at: headerAt, line: headerLine, cells: header } = headerOf(text, start, delimiter, isHeader);
  let at = headerAt;
  let line = headerLine;
  const width = header && header.findLastIndex((cell) => !isBlank(cell)) + 1;
  const hasReturns = text.slice(at, lineEnd(text, at)).endsWith('\r\n');
  const readRecord = wholeRecords(text, delimiter, hasReturns, width, isRow);
  while (at < text.length) {
    const { cells, end } = readRecord(at);
    if (!cells?.every(isBlank)) yield { line, cells };
    const next = cells ? end : lineEnd(text, at);
    line += linesIn(text, at, next);
    at = next;
  }
}

/**
 * The separator of the cells: the one in a first line `sep=;` (Excel), the one that makes a header of one of the first
 * lines, or the most frequent one in the first line that has any.
 */
const delimiterOf = (
  text: string,
  isHeader: (cells: readonly string[]) => boolean,
): { delimiter: string; start: number } => {
  const named = /^"?sep=([^"\w\r\n])"?[,;\t ]*(?:\r\n?|\n|$)/i.exec(text);
  if (named) return { delimiter: named[1] ?? ',', start: named[0].length };
  let most: string | undefined;
  for (let at = 0, lines = 0; at < text.length && lines < maxBeforeHeader; lines += 1) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    const found = [',', ';', '\t']
      .map((each) => ({ each, cells: line.trimEnd().split(each) }))
      .filter(({ cells }) => cells.length > 1)
      .toSorted((one, other) => other.cells.length - one.cells.length);
    const header = found.find(({ cells }) => isHeader(cells.map(unquoted)));
    if (header) return { delimiter: header.each, start: 0 };
    most ??= found[0]?.each;
    at = end;
  }
  return { delimiter: most ?? ',', start: 0 };
};

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');

/** Position and contents of the header: the first record that names columns, or the first of all. */
const headerOf = (
  text: string,
  start: number,
  delimiter: string,
  isHeader: (cells: readonly string[]) => boolean,
): { at: number; line: number; cells: string[] | undefined } => {
  const readRecord = recordReader(text, delimiter, false);
  let first: ReturnType<typeof headerOf> | undefined;
  let line = 1 + linesIn(text, 0, start);
  for (let at = start, records = 0; at < text.length && records <= maxBeforeHeader;) {
    const { cells, end } = readRecord(at);
    if (cells && !cells.every(isBlank)) {
      const found = { at, line, cells };
      if (isHeader(cells)) return found;
      first ??= found;
      records += 1;
    } else if (!cells) {
      first ??= { at, line, cells };
      records += 1;
    }
    const next = cells ? end : lineEnd(text, at);
    line += linesIn(text, at, next);
    at = next;
  }
  return first ?? { at: text.length, line, cells: undefined };
};

/**
 * Reads records of that width, with the line ends of the header. If a record cannot be read so, any line end is
 * accepted, and cells may be missing, unless the record would then include a line that is itself a record: then a quote
 * was left open.
 */
const wholeRecords = (
  text: string,
  delimiter: string,
  hasReturns: boolean,
  width: number | undefined,
  isRow: (cells: readonly string[]) => boolean,
) => {
  const readStrictly = recordReader(text, delimiter, hasReturns);
  const readAny = recordReader(text, delimiter, false);
  const isFull = ({ cells }: ReadRecord): boolean =>
    cells !== undefined && width !== undefined && cells.length >= width;
  const takesInAnother = (start: number, end: number): boolean => {
    for (let at = lineEnd(text, start); at < end; at = lineEnd(text, at)) {
      const within = readAny(at);
      if (isFull(within) && isRow(within.cells ?? [])) return true;
    }
    return false;
  };
  const fitted = (cells: readonly string[] | undefined): string[] | undefined => {
    if (!cells || width === undefined || !cells.slice(width).every(isBlank)) return undefined;
    return Array.from({ length: width }, (_, place) => cells[place] ?? '');
  };
  return (at: number): Pick<ReadRecord, 'cells' | 'end'> => {
    const strict = readStrictly(at);
    if (strict.cells?.every(isBlank) || isFull(strict)) return { cells: fitted(strict.cells), end: strict.end };
    const { cells, end } = readAny(at);
    return { cells: cells && takesInAnother(at, end) ? undefined : fitted(cells), end };
  };
};

/** The record at a position; `seen` is how far the text had to be read. */
interface ReadRecord {
  cells: string[] | undefined;
  /** Where the next record begins. */
  end: number;
  seen: number;
}

/**
 * Returns a function that reads the record at a position of the text.
 * @param hasReturns whether lines end with a carriage return and a line feed: then a line feed on its own is part of a
 *   cell, and does not end a quote that an earlier one left open. Otherwise a line ends with either of them, or both.
 */
export const recordReader = (text: string, delimiter: string, hasReturns: boolean) => {
  const plain = new RegExp(`[^\\r\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}]*`, 'y');
  // White space around quotes is skipped: people write it after their separators.
  const blanks = delimiter === '\t' ? / */y : /[ \t]*/y;
  const past = (pattern: RegExp, at: number): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : at;
  };
  const endOfLine = (at: number): number => {
    if (text[at] === '\r') return text[at + 1] === '\n' ? at + 2 : hasReturns ? at : at + 1;
    return text[at] === '\n' && !hasReturns ? at + 1 : at;
  };

  return (start: number): ReadRecord => {
    const most = start + longestRecord;
    const cells: string[] = [];
    let at = start;
    for (;;) {
      let cell: string;
      const opening = past(blanks, at);
      if (text[opening] === '"') {
        const quote = closingQuote(text, opening + 1, most);
        if (text[quote] !== '"') return { cells: undefined, end: quote, seen: quote };
        cell = text.slice(opening + 1, quote).replaceAll('""', '"');
        at = past(blanks, quote + 1);
      } else {
        const end = past(plain, at);
        cell = text.slice(at, end);
        at = end;
        // In files with tabs, quotes within a cell are literal; with another separator, an unpaired one is damage.
        if (delimiter !== '\t' && quotesIn(cell) % 2 === 1) return { cells: undefined, end, seen: end };
      }
      cells.push(cell);
      if (at > most) return { cells: undefined, end: at, seen: at };
      if (text[at] === delimiter) {
        at += 1;
        continue;
      }
      const end = endOfLine(at);
      const isWhole = end > at || at === text.length;
      return { cells: isWhole ? cells : undefined, end, seen: end };
    }
  };
};

const quotesIn = (cell: string): number => (cell.includes('"') ? cell.split('"').length - 1 : 0);

/** The position of a cell's closing quote, after all doubled ones; the end of the text or record if there is none. */
const closingQuote = (text: string, from: number, most: number): number => {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0 || at > most) return Math.min(most, text.length);
    if (text[at + 1] !== '"') return at;
  }
};

/** Where the line at that position ends, including its line break. */
const lineEnd = (text: string, at: number): number => {
  anyLineEnd.lastIndex = at;
  return anyLineEnd.test(text) ? anyLineEnd.lastIndex : text.length;
};

const linesIn = (text: string, from: number, to: number): number => text.slice(from, to).match(anyLineEnd)?.length ?? 0;
