import type { Found } from '../domain/media.ts';
import { refusal } from './refusal.ts';

const wrong = (message: string) => refusal('media_subtitles', 'contentType', message);

const time = String.raw`(\d{2,4}):([0-5]\d):([0-5]\d)`;
const srtTiming = new RegExp(String.raw`^${time},(\d{3}) --> ${time},(\d{3})$`);
const vttTiming = new RegExp(
  String.raw`^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})(?:[ \t].*)?$`,
);

/**
 * Subtitles as SubRip or WebVTT (W3C), cue by cue: text in UTF-8, each cue with a beginning before its end.
 * @throws DomainError `media_subtitles`
 */
export const lookIntoSubtitles = (bytes: Uint8Array, contentType: 'text/srt' | 'text/vtt'): Found => {
  const blocks = blocksOf(textOf(bytes));
  const cues = contentType === 'text/vtt' ? vttCues(blocks) : blocks;
  if (cues.length === 0) throw wrong('has no cue');
  const timing = contentType === 'text/vtt' ? vttTiming : srtTiming;
  let last = 0;
  for (const [place, lines] of cues.entries()) {
    const begins = assertCue(lines, timing, contentType === 'text/srt', place + 1);
    if (begins < last) throw wrong(`has cue ${place + 1} before the one it follows`);
    last = begins;
  }
  return { contentType, width: null, height: null, durationMs: null, frames: null };
};

const textOf = (bytes: Uint8Array): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // Line ends and tabs are the only control characters that a text has.
    // eslint-disable-next-line no-control-regex
    if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) throw wrong('holds what is no text');
    return text;
  } catch (error) {
    if (error instanceof TypeError) throw wrong('is not in UTF-8');
    throw error;
  }
};

/** Lines between empty lines. */
const blocksOf = (text: string): string[][] => {
  const blocks: string[][] = [[]];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.trim() !== '') blocks.at(-1)?.push(line.trimEnd());
    else if (blocks.at(-1)?.length !== 0) blocks.push([]);
  }
  return blocks.filter((lines) => lines.length > 0);
};

/** The cues behind the header, without notes, styles and regions (WebVTT, 4.1). */
const vttCues = ([header, ...blocks]: string[][]): string[][] => {
  if (!/^WEBVTT(?:[ \t]|$)/.test(header?.[0] ?? '')) throw wrong('does not begin with WEBVTT');
  return blocks.filter(([first = '']) => !/^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(first));
};

/** When a cue begins, in milliseconds. SubRip counts its cues; WebVTT may name them. */
const assertCue = (lines: readonly string[], timing: RegExp, isCounted: boolean, number: number): number => {
  const [first = '', second = ''] = lines;
  const isNamed = isCounted || !timing.test(first);
  if (isCounted && !/^\d{1,9}$/.test(first)) throw wrong(`has cue ${number} without its number`);
  const times = timing.exec(isNamed ? second : first);
  if (!times) throw wrong(`has cue ${number} without its times`);
  if (lines.length < (isNamed ? 3 : 2)) throw wrong(`has cue ${number} without words`);
  const [begins, ends] = [millisecondsOf(times.slice(1, 5)), millisecondsOf(times.slice(5, 9))];
  if (begins >= ends) throw wrong(`has cue ${number} end before it begins`);
  return begins;
};

const millisecondsOf = ([hours, minutes, seconds, thousandths]: readonly (string | undefined)[]): number =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(thousandths);
