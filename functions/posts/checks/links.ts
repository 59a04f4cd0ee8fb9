import twitterText from 'twitter-text';
import { madeOnce } from '#shared/once.ts';
import type { Span } from '../domain/content.ts';

/**
 * X's own twitter-text decides where a text has links. Its time grows with the square of the text's length: it tries
 * for a domain at each letter, and each time scans to the next blank. So this code first finds, from right to left, the
 * places where twitter-text could find a link, and passes it only these: it finds the same in them as in the whole
 * text.
 */
const regexen: Readonly<Record<string, RegExp | undefined>> = twitterText.regexen;
/** @throws Error if this version of twitter-text no longer has the pattern */
const pattern = (name: string): string => {
  const found = regexen[name];
  if (!found) throw new Error(`twitter-text has no ${name}`);
  return found.source;
};

/** Compiled on the first text that may contain a link: that takes longer than anything else here. */
const patterns = madeOnce(() => {
  const letter = pattern('validDomainChars');
  return {
    domainLetter: new RegExp(letter, 'i'),
    domainRun: new RegExp(`(?:${letter}|[-_.])+`, 'gi'),
    /** What may precede a link, except for the beginning of the text, which twitter-text includes here. */
    mayPrecede: new RegExp(`^${pattern('validUrlPrecedingChars').replace(/\|\^\)$/, ')')}$`, 'i'),
    topLevel: new RegExp([pattern('validGTLD'), pattern('validCCTLD'), pattern('validPunycode')].join('|'), 'iy'),
    restOfUrl: new RegExp(
      `(?::${pattern('validPortNumber')})?(?:/${pattern('validUrlPath')}*)?` +
        `(?:\\?${pattern('validUrlQueryChars')}*${pattern('validUrlQueryEndingChars')})?`,
      'iy',
    ),
  };
});

const protocolBefore = /https?:\/\/$/i;
const longestProtocol = 'https://'.length;

/**
 * twitter-text accepts no longer URL (MAX_URL_LENGTH), and no label that is longer in ASCII (RFC 1035, section 2.3.4).
 */
const longestUrl = 4096;
const longestLabel = 63;
/** Maximum number of labels in a name, which has at most 253 characters (RFC 1035, section 2.3.4). */
const maxLabels = 127;

/** A label of a name: the text between two full stops. */
interface Label {
  start: number;
  end: number;
  /** End of a domain that begins with this label; undefined if there is none. */
  domainEnd: number | undefined;
  /** End of a domain in which this label is the last before the top-level domain. */
  nameEnd: number | undefined;
  /** Position of its last underscore, or the one before its start: a link may begin after it. */
  underscore: number;
}

/** What twitter-text would examine, including the letter before it, if any. */
interface Candidate {
  start: number;
  urlStart: number;
  /** Bounds of the name only. */
  nameStart: number;
  nameEnd: number;
  end: number;
}

const isLetter = (text: string, place: number): boolean => patterns().domainLetter.test(text.charAt(place));
const precedes = (text: string, place: number): boolean => patterns().mayPrecede.test(text.charAt(place));

const endOf = (sticky: RegExp, text: string, start: number): number | undefined => {
  sticky.lastIndex = start;
  return sticky.test(text) ? sticky.lastIndex : undefined;
};

/** The labels of a run that are followed by a full stop, each with the end of a domain that begins with it. */
const labelsOf = (text: string, run: Span): Label[] => {
  const labels: Label[] = [];
  let { start } = run;
  for (const said of text.slice(run.start, run.end).split('.').slice(0, -1)) {
    const end = start + said.length;
    labels.push({ start, end, domainEnd: undefined, nameEnd: undefined, underscore: start - 1 });
    start = end + 1;
  }
  for (let place = labels.length - 1; place >= 0; place -= 1) {
    const label = labels[place];
    if (!label || label.start === label.end || !isLetter(text, label.end - 1)) continue;
    label.underscore = Math.max(label.underscore, text.slice(label.start, label.end).lastIndexOf('_') + label.start);
    label.nameEnd = endOf(patterns().topLevel, text, label.end + 1);
    if (isLetter(text, label.start)) label.domainEnd = domainFrom(labels, place, label.start);
  }
  return labels;
};

/** End of a domain that begins at a letter within a label: with as many labels as possible, as in twitter-text. */
const domainFrom = (labels: readonly Label[], place: number, start: number): number | undefined => {
  const label = labels[place];
  return labels[place + 1]?.domainEnd ?? (label && start > label.underscore ? label.nameEnd : undefined);
};

const candidate = (text: string, start: number, urlStart: number, nameStart: number, nameEnd: number): Candidate => ({
  start,
  urlStart,
  nameStart,
  nameEnd,
  end: endOf(patterns().restOfUrl, text, nameEnd) ?? nameEnd,
});

/** Yields the candidates of a run that begin at `first` or later, in order and without overlaps. */
function* candidatesIn(text: string, first: number, run: Span): Generator<Candidate> {
  let from = first;
  const labels = labelsOf(text, run);
  const protocol = protocolBefore.exec(text.slice(Math.max(0, run.start - longestProtocol), run.start))?.[0];
  const behind = protocol === undefined ? undefined : labels[0]?.domainEnd;
  if (protocol !== undefined && behind !== undefined) {
    const start = run.start - protocol.length;
    const isFirst = start === 0 && from === 0;
    if (isFirst || (start > from && precedes(text, start - 1))) {
      const found = candidate(text, isFirst ? 0 : start - 1, start, run.start, behind);
      yield found;
      from = found.end;
    }
  }
  for (const [place, label] of labels.entries()) {
    const found = label.end > from && firstAt(text, from, labels, place);
    if (!found) continue;
    yield found;
    from = found.end;
  }
}

/** The first candidate that begins within a label. */
const firstAt = (text: string, from: number, labels: readonly Label[], place: number): Candidate | undefined => {
  const label = labels[place];
  if (!label || !isLetter(text, label.end - 1)) return undefined;
  if (labels[place + 1]?.domainEnd === undefined && label.nameEnd === undefined) return undefined;
  for (let start = Math.max(label.start, from); start < label.end; start += 1) {
    const nameEnd = isLetter(text, start) ? domainFrom(labels, place, start) : undefined;
    if (nameEnd === undefined) continue;
    if (start > from && precedes(text, start - 1)) return candidate(text, start - 1, start, start, nameEnd);
    if (start > 0) continue;
    // At the beginning of a text, twitter-text first tries to take the first letter for what precedes a link.
    const second = isLetter(text, 1) && label.end > 1 && precedes(text, 0) ? domainFrom(labels, place, 1) : undefined;
    return second === undefined ? candidate(text, 0, 0, 0, nameEnd) : candidate(text, 0, 1, 1, second);
  }
  return undefined;
};

/** Whether twitter-text can accept the candidate: it is slow to refuse one that is too long. */
const isPossible = (text: string, { urlStart, nameStart, nameEnd, end }: Candidate): boolean => {
  if (end - urlStart + longestProtocol > longestUrl + 1) return false;
  const labels = text.slice(nameStart, nameEnd).split('.');
  return (
    labels.length <= maxLabels &&
    labels.every((label) => label.length <= longestLabel || Array.from(label).length <= longestLabel)
  );
};

/** Finds the links of a text, as twitter-text does. */
export type Judge = (text: string) => readonly { url: string; indices: readonly [number, number] }[];

/** A link, and how much of it twitter-text weighs as one. */
interface Link extends Span {
  /**
   * Where the letters begin that are weighed individually: before the end, if the name continues in non-ASCII letters.
   */
  weighedTo: number;
}

/**
 * Finds what X takes for links in a text, in time linear in its length.
 * @param judge finds the links of a piece that contains at most one
 */
export const weighedLinks = (text: string, judge: Judge = twitterText.extractUrlsWithIndices): Link[] => {
  const links: Link[] = [];
  // Every domain contains one.
  if (!text.includes('.')) return links;
  let from = 0;
  for (const { 0: said, index } of text.matchAll(patterns().domainRun)) {
    const run = { start: index, end: index + said.length };
    if (run.end <= from) continue;
    for (const found of candidatesIn(text, from, run)) {
      from = found.end;
      if (!isPossible(text, found)) continue;
      for (const { url, indices } of judge(text.slice(found.start, found.end))) {
        const [start, end] = [found.start + indices[0], found.start + indices[1]];
        links.push({ start, end, weighedTo: start + url.length });
      }
    }
  }
  return links;
};

/** Start and end of what X takes for links in a text. */
export const linksIn = (text: string, judge?: Judge): (readonly [begin: number, end: number])[] =>
  weighedLinks(text, judge).map(({ start, end }) => [start, end]);
