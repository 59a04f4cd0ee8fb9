import type { Found } from '../../domain/media.ts';
import { refusal } from './errors.ts';

const wrong = (message: string) => refusal('media_subtitles', 'contentType', message);

/** Times of a cue; in both formats, its position may follow them. */
const timing = (time: string) => new RegExp(String.raw`^${time}[ \t]*-->[ \t]*${time}(?:[ \t].*)?$`);
/** Optional hours, minutes, seconds and a fraction: as browsers read WebVTT, and players SubRip. */
const timings = {
  'text/vtt': timing(String.raw`(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})`),
  'text/srt': timing(String.raw`(?:(\d{1,4}):)?(\d{1,2}):([0-5]?\d)[.,](\d{1,3})`),
};
const examples = {
  'text/vtt': '00:00:01.000 --> 00:00:02.000',
  'text/srt': '00:00:01,000 --> 00:00:02,000',
};

type SubtitlesType = 'text/srt' | 'text/vtt';

/**
 * Inspects subtitles in SubRip or WebVTT (W3C), as captioners write and browsers read them: text in UTF-8, with cues in
 * any order, overlapping or not. A cue without text, or one that ends before it begins, is never displayed, and
 * ignored. SubRip's numbers may be missing. Unreadable times are refused, since their text would be missing in the
 * video.
 * @param announced the type, if the first words do not tell
 * @throws DomainError `media_subtitles` with the line
 */
export const inspectSubtitles = (bytes: Uint8Array, announced: SubtitlesType): Found => {
  const lines = textOf(bytes).split(/\r\n|\n|\r/);
  const contentType = typeOf(lines, announced);
  const body = contentType === 'text/vtt' ? cuesOfVtt(lines) : lines;
  if (contentType === 'text/srt') assertNumbersHaveTimes(lines);
  let cues = 0;
  for (const [place, line] of body.entries()) {
    if (!line.includes('-->')) continue;
    const lasts = durationOf(line.trim(), contentType, place + 1);
    const words = body[place + 1] ?? '';
    if (lasts > 0 && words.trim() !== '' && !words.includes('-->')) cues += 1;
  }
  if (cues === 0) throw wrong('has no cue with text: X accepts SubRip and WebVTT');
  return { contentType, width: null, height: null, durationMs: null, frames: null };
};

/** WebVTT begins with its name. A file announced as WebVTT that has SubRip's times is SubRip. */
const typeOf = ([first = '', ...lines]: readonly string[], announced: SubtitlesType): SubtitlesType => {
  if (/^WEBVTT(?:[ \t]|$)/.test(first)) return 'text/vtt';
  const times = [first, ...lines].find((line) => line.includes('-->'));
  if (announced === 'text/vtt' && times?.includes(',') !== true) throw wrong('does not begin with WEBVTT');
  return 'text/srt';
};

const utf16 = 'is in UTF-16: save it in UTF-8';

const textOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw wrong(utf16);
  if (first !== undefined && (first === 0) !== (second === 0)) throw wrong(utf16);
  try {
    // The byte order mark is dropped. Old editors end a text with 1A.
    const whole = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const text = whole.endsWith('\x1a') ? whole.slice(0, -1) : whole;
    // Line breaks, tabs and page breaks are the only control characters in a text.
    // eslint-disable-next-line no-control-regex
    if (/[\0-\x08\x0b\x0e-\x1f]/.test(text)) throw wrong('contains control characters');
    return text;
  } catch (error) {
    if (error instanceof TypeError) throw wrong('is not in UTF-8: save it in UTF-8');
    throw error;
  }
};

/** The lines of cues; those of the header, notes, styles and regions become empty (WebVTT, 4.1 and 6.1). */
const cuesOfVtt = (lines: readonly string[]): string[] => {
  let isHeader = true;
  let isCue = false;
  let isBlockStart = false;
  return lines.map((line) => {
    const isBlank = line.trim() === '';
    // The header ends at the first times, even if the empty line before them is missing.
    if (isHeader && line.includes('-->')) isCue = true;
    if (isBlank || isCue) isHeader = false;
    if (isBlockStart && !isBlank) isCue = !/^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(line);
    isBlockStart = isBlank;
    return isCue ? line : '';
  });
};

/** @throws DomainError for the number of the next cue with text but no times after it: the text would be lost */
const assertNumbersHaveTimes = (lines: readonly string[]): void => {
  let cues = 0;
  for (const [place, line] of lines.entries()) {
    if (line.includes('-->')) cues += 1;
    const isFirst = (lines[place - 1] ?? '').trim() === '';
    const next = lines[place + 1] ?? '';
    if (isFirst && line.trim() === String(cues + 1) && next.trim() !== '' && !next.includes('-->'))
      throw wrong(`has no times for cue ${cues + 1} in line ${place + 2}`);
  }
};

/** How long a cue is displayed, in milliseconds. @throws DomainError for times that the format does not have */
const durationOf = (line: string, contentType: SubtitlesType, number: number): number => {
  const found = timings[contentType].exec(line);
  if (!found) throw wrong(`has unreadable times in line ${number}: write ${examples[contentType]}`);
  return millisecondsOf(found.slice(5, 9)) - millisecondsOf(found.slice(1, 5));
};

const millisecondsOf = ([hours, minutes, seconds, fraction = '']: readonly (string | undefined)[]): number =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
