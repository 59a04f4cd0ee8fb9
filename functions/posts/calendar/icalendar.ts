import type { Post } from '../domain/post.ts';
import { excerptOf } from './excerpt.ts';

/** Octets of a line without its end (RFC 5545, section 3.1). */
const longestLine = 75;

/** A line of a calendar, folded where it is longer than 75 octets; no character is cut in two. */
const folded = (line: string): string => {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > longestLine) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
};

/** A text as the value of a property (RFC 5545, section 3.3.11); control characters have no place there. */
const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n')
    .replace(/\p{Cc}/gu, '');

/** An instant in the form of a calendar: 20261122T093000Z. */
const timeOf = (instant: string): string => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

const titles: Readonly<Partial<Record<Post['status'], string>>> = { held: 'Held', published: 'Published' };

/** Something to see: no blank, no mark without a letter, nothing that Unicode has shown as nothing. */
const seen = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The first words of a post, or what it is without any: calendars show an event without a title as nothing. */
const wordsOf = ({ parts }: Post): string => {
  const words = excerptOf(parts.map(({ text }) => text).join(' '));
  if (seen.test(words)) return words;
  const files = parts.reduce((sum, { mediaIds }) => sum + mediaIds.length, 0);
  // Several in one part are pictures (X API: media best practices).
  const isOfPictures = parts.every(({ mediaIds }) => mediaIds.length !== 1);
  if (files === 0) return 'Post without text';
  if (files === 1) return 'Picture or video without text';
  return isOfPictures ? `${files} pictures without text` : `${files} pictures or videos without text`;
};

/** A post as an event. It is transparent because it does not occupy anybody's time. */
const eventOf = (post: Post, at: string): string[] => {
  const title = titles[post.status];
  const text = wordsOf(post);
  const problem = post.problem ? `\n${post.problem.reason}` : '';
  return [
    'BEGIN:VEVENT',
    `UID:${post.id}@x-marketing-platform`,
    `DTSTAMP:${timeOf(post.updatedAt)}`,
    `LAST-MODIFIED:${timeOf(post.updatedAt)}`,
    `SEQUENCE:${post.version}`,
    `DTSTART:${timeOf(at)}`,
    `SUMMARY:${escaped(title === undefined ? text : `${title}: ${text}`)}`,
    `DESCRIPTION:${escaped(`Account ${post.accountId}, ${post.status}${problem}`)}`,
    `STATUS:${post.status === 'held' ? 'TENTATIVE' : 'CONFIRMED'}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
};

/** Posts as a calendar (RFC 5545), each at its time; one without a time has no place in it. */
export const calendarOf = (posts: readonly Post[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//x-marketing-platform//posts//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'X-WR-CALNAME:Posts on X',
    // How often to ask again (RFC 7986, section 5.7).
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...posts.flatMap((post) => (post.scheduledAt === null ? [] : eventOf(post, post.scheduledAt))),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
