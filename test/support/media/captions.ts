import type { MediaType } from '#functions/posts/domain/media.ts';

/** Subtitles as people and programs write them. */

const cue = '00:00:00,000 --> 00:00:01,000';
const dotted = '00:00:00.000 --> 00:00:01.000';
const srt = (...lines: readonly string[]) => ['text/srt', lines.join('\n')] as const;
const vtt = (...lines: readonly string[]) => ['text/vtt', lines.join('\n')] as const;

/** With who writes them. */
export const captions: readonly (readonly [writer: string, type: MediaType, text: string])[] = [
  ['a captioner with an empty cue', ...srt('1', cue, '', '2', cue, 'Hello')],
  ['a captioner with a cue of blanks', ...srt('1', cue, '  ', '', '2', cue, 'Hello')],
  ['a program of Windows', ...srt('\u{feff}1', cue, 'Hello', '').map((each) => each.replaceAll('\n', '\r\n'))],
  ['an old Mac', ...srt('1', cue, 'Hello').map((each) => each.replaceAll('\n', '\r'))],
  ['an old editor that ends with 1A', ...srt('1', cue, 'Hello\x1a')],
  ['a program that does not count', ...srt(cue, 'Hello', '', cue, 'Hello')],
  ['a program that counts from nought', ...srt('0', cue, 'Hello', '', '1', cue, 'Hello')],
  ['a program with points in times', ...srt('1', dotted, 'Hello')],
  ['a program that is short of digits', ...srt('1', '0:00:00,5 --> 0:00:01,25', 'Hello')],
  ['a program without hours', ...srt('1', '00:00,000 --> 00:01,000', 'Hello')],
  ['a program without blanks at the arrow', ...srt('1', '00:00:00,000-->00:00:01,000', 'Hello')],
  ['a program that places its cues', ...srt('1', `${cue}  X1:100 X2:200 Y1:50 Y2:90`, 'Hello')],
  ['a program with tags', ...srt('1', cue, '<i>Hello</i> <font color="#ff0000">you</font> {\\an8}')],
  ['a captioner with empty lines in a cue', ...srt('1', cue, 'Hello', '', 'and more', '', '2', cue, 'Hello')],
  ['a captioner with a number in a cue', ...srt('1', cue, 'Hello', '', '1984', 'was a year', '', '2', cue, 'You')],
  ['a program without empty lines', ...srt('1', cue, 'Hello', '2', cue, 'You')],
  ['captioners of two speakers at once', ...srt('1', cue, 'Hello', '', '2', cue, 'You')],
  ['an editor that adds at the end', ...srt('1', '00:00:05,000 --> 00:00:06,000', 'Later', '', '2', cue, 'Before')],
  [
    'a captioner with a cue that ends before it begins',
    ...srt('1', '00:00:02,000 --> 00:00:01,000', 'No', '', '2', cue, 'Yes'),
  ],
  ['a captioner with lines before the first cue', ...srt('', '', '1', cue, 'Hello', '', '', '')],
  ['a captioner of Japanese', ...srt('1', cue, 'おはようございます')],

  ['a browser’s example', ...vtt('WEBVTT', '', dotted, 'Hello')],
  ['a program with a title and a mark', ...vtt('\u{feff}WEBVTT - English', '', dotted, 'Hello')],
  ['a player of streams', ...vtt('WEBVTT', 'X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000', '', dotted, 'Hello')],
  [
    'a site of videos',
    ...vtt(
      'WEBVTT',
      'Kind: captions',
      'Language: en',
      '',
      `${dotted} align:start position:0%`,
      'Hello<00:00:00.500><c> you</c>',
    ),
  ],
  ['a program without the empty line', ...vtt('WEBVTT', dotted, 'Hello')],
  [
    'a captioner with styles, notes and regions',
    ...vtt(
      'WEBVTT',
      '',
      'STYLE',
      '::cue { color: red }',
      '',
      'REGION',
      'id:a',
      '',
      'NOTE',
      'a -- > b',
      '',
      'NOTE done',
      '',
      'greeting',
      dotted,
      '<v Maya>Hello',
    ),
  ],
  ['a captioner with an empty cue', ...vtt('WEBVTT', '', dotted, '', dotted, 'Hello')],
  [
    'a captioner without hours, in no order',
    ...vtt('WEBVTT', '', '00:05.000 --> 00:06.000', 'Later', '', '00:00.000 --> 00:01.000', 'Before'),
  ],
  ['a captioner who forgets a line', ...vtt('WEBVTT', '', 'words of nobody', '', dotted, 'Hello')],
].map(([writer = '', type = '', text = '']) => [writer, type as MediaType, text] as const);
