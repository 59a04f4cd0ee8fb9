import twitterText from 'twitter-text';
import { madeOnce } from '#shared/once.ts';
import type { Span } from '../domain/content.ts';

/**
 * Where the links of a text are is for X's own twitter-text to say. Handed a whole text it takes a time that grows with
 * the square of its length: it tries for a domain at each letter, and walks to the end of what has no blank each time.
 * So the places at which it would find something are looked for first, from the right to the left, and it is handed
 * these alone: what it says of them is what it would say of the whole.
 */
const regexen: Readonly<Record<string, RegExp | undefined>> = twitterText.regexen;
/** @throws Error when a version of twitter-text has it no more */
const pattern = (name: string): string => {
  const found = regexen[name];
  if (!found) throw new Error(`twitter-text has no ${name}`);
  return found.source;
};

/** Compiled for the first text that may have a link: that takes longer than anything else here. */
const patterns = madeOnce(() => {
  const letter = pattern('validDomainChars');
  return {
    domainLetter: new RegExp(letter, 'i'),
    domainRun: new RegExp(`(?:${letter}|[-_.])+`, 'gi'),
    /** What may stand before a link; without the beginning of the text, which twitter-text has among it. */
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

/** twitter-text takes no longer URL (MAX_URL_LENGTH), and no label that is longer as ASCII (RFC 1035, section 2.3.4). */
const longestUrl = 4096;
const longestLabel = 63;
/** No name has more: 253 characters in all (RFC 1035, section 2.3.4). */
const maxLabels = 127;

/** A part of a name, from one full stop to the next. */
interface Label {
  start: number;
  end: number;
  /** Where a domain ends that begins with this label; undefined when none does. */
  domainEnd: number | undefined;
  /** Where a domain ends of which this label is the last before the top-level domain. */
  nameEnd: number | undefined;
  /** Its last underscore, or what is before its start: a link may begin behind it. */
  underscore: number;
}

/** What twitter-text would look at: with the letter before it, where there is one. */
interface Candidate {
  start: number;
  urlStart: number;
  /** Of the name alone. */
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

/** The labels of a run that a full stop follows, each with where a domain ends that begins with it. */
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

/** Where a domain ends that begins within a label, at a letter: as many labels as there are, as twitter-text takes them. */
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

/** The candidates of a run that begin at `from` or later, one behind the other. */
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
    // At the beginning of a text twitter-text first tries to take its first letter for what stands before a link.
    const second = isLetter(text, 1) && label.end > 1 && precedes(text, 0) ? domainFrom(labels, place, 1) : undefined;
    return second === undefined ? candidate(text, 0, 0, 0, nameEnd) : candidate(text, 0, 1, 1, second);
  }
  return undefined;
};

/** Whether twitter-text can take it: what it refuses for its length alone takes it long to refuse. */
const isPossible = (text: string, { urlStart, nameStart, nameEnd, end }: Candidate): boolean => {
  if (end - urlStart + longestProtocol > longestUrl + 1) return false;
  const labels = text.slice(nameStart, nameEnd).split('.');
  return (
    labels.length <= maxLabels &&
    labels.every((label) => label.length <= longestLabel || Array.from(label).length <= longestLabel)
  );
};

/** What twitter-text is asked. */
export type Judge = (text: string) => readonly { url: string; indices: readonly [number, number] }[];

/** A link, and how much of it twitter-text counts as one. */
interface Link extends Span {
  /** Where the letters begin that weigh by themselves: before the end, where a name goes on that is not ASCII. */
  weighedTo: number;
}

/**
 * What X takes for links in a text, in a time that grows with its length alone.
 * @param judge finds the links of a piece that holds one at most
 */
export const weighedLinks = (text: string, judge: Judge = twitterText.extractUrlsWithIndices): Link[] => {
  const links: Link[] = [];
  // No domain goes without one.
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

/** Where what X takes for links in a text begins and ends. */
export const linksIn = (text: string, judge?: Judge): (readonly [begin: number, end: number])[] =>
  weighedLinks(text, judge).map(({ start, end }) => [start, end]);
