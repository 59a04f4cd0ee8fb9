import { escapeHtml } from '#shared/html.ts';
import { harmless } from '../domain/display-name.ts';
import { inWords } from '../domain/in-words.ts';
import type { Mail } from '../domain/mail.ts';
import { isOptional } from '../domain/mail-delivery.ts';
import type { RenderedMail } from '../ports/ses.ts';
import { templates } from './templates.ts';

interface Links {
  /** Base URL of the platform's pages, without a trailing slash. */
  publicUrl: string;
  /** Token for the unsubscribe link. */
  token: string;
}

const longestValue = 500;

const longestSubject = 150;

/** Returns a value as one line, so that a chosen name cannot inject headers or change the layout. */
const oneLine = (value: string): string =>
  value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, longestValue)
    .toWellFormed();

/** Fills in a sentence; returns it with the names that it uses, or undefined if a value is missing. */
const filled = (sentence: string, data: Readonly<Record<string, string>>) => {
  const names = Array.from(sentence.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
  if (!names.every((name) => (data[name] ?? '') !== '')) return undefined;
  return { names, text: sentence.replace(/\{(\w+)\}/g, (_, name: string) => data[name] ?? '') };
};

/** Only link fields become links: a workspace named like a URL does not. */
const isLink = (name: string, value: string): boolean =>
  /(^l|L)ink$|(^u|U)rl$/.test(name) && /^https?:\/\/\S+$/.test(value);

/** Whether a field holds a name that users chose, which strangers read in emails from the platform. */
const isName = (field: string): boolean => /(^n|N)ame$/.test(field);

/** Renders an email as subject, text and HTML with the same content. Pure; the HTML loads no remote content. */
export const renderMail = ({ kind, data }: Pick<Mail, 'kind' | 'data'>, { publicUrl, token }: Links): RenderedMail => {
  const { subjects, opening, closing, labels = {} } = templates[kind];
  const values = Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, isName(name) ? harmless(oneLine(value)) : oneLine(value)]),
  );
  const sentences = (some: readonly string[]) => some.flatMap((sentence) => filled(sentence, values) ?? []);
  const [heading] = sentences(subjects);
  const subject = (heading?.text ?? subjects.at(-1) ?? '').slice(0, longestSubject).toWellFormed();
  const before = sentences(opening);
  const after = sentences(closing);
  // Values in the subject are not repeated as facts, unless they have a label, such as the workspace.
  const inSubject = heading?.names.filter((name) => labels[name] === undefined) ?? [];
  const used = new Set([...inSubject, ...[...before, ...after].flatMap(({ names }) => names)]);
  const facts = Object.entries(values)
    .filter(([name, value]) => value !== '' && !used.has(name))
    .map(([name, value]) => ({ label: labels[name] ?? inWords(name), value, isLink: isLink(name, value) }));

  const stop = isOptional(kind) ? `${publicUrl}/unsubscribe#${token}` : undefined;
  const always = 'You cannot unsubscribe from emails of this kind.';
  const unsubscribe = 'Unsubscribe from emails of this kind';
  const text = [
    ...before.map((each) => each.text),
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    ...after.map((each) => each.text),
    ['-- ', 'X marketing platform', stop === undefined ? always : `${unsubscribe}: ${stop}`].join('\n'),
  ];
  const paragraph = (each: { text: string }) => `<p>${escapeHtml(each.text)}</p>`;
  const fact = ({ label, value, isLink }: (typeof facts)[number]) => {
    const shown = isLink ? `<a href="${escapeHtml(value)}">${escapeHtml(value)}</a>` : escapeHtml(value);
    return `<tr><th scope="row">${escapeHtml(label)}</th><td>${shown}</td></tr>`;
  };
  const html = [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title>`,
    '<style>body{font:16px/1.5 sans-serif;color:#14171a}th{text-align:left;padding-right:1em;vertical-align:top}footer{font-size:13px;color:#596873}</style>',
    '</head><body>',
    `<h1 style="font-size:20px">${escapeHtml(subject)}</h1>`,
    ...before.map(paragraph),
    ...(facts.length > 0 ? [`<table role="presentation">${facts.map(fact).join('')}</table>`] : []),
    ...after.map(paragraph),
    `<footer><p>X marketing platform. ${stop === undefined ? always : `<a href="${escapeHtml(stop)}">${unsubscribe}</a>`}</p></footer>`,
    '</body></html>',
  ];
  return { subject, text: `${text.filter((each) => each !== '').join('\n\n')}\n`, html: html.join('\n') };
};
