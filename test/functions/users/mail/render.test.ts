import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MailKind } from '#functions/users/domain/mail.ts';
import { isOptional } from '#functions/users/domain/mail-delivery.ts';
import { renderMail } from '#functions/users/mail/render.ts';

const links = { publicUrl: 'https://pages.example', token: 'wsp_1.mal_1.secret' };

describe.each(MailKind.options)('a mail of the kind %s', (kind) => {
  test('is readable whatever data is missing, as text and as HTML', () => {
    const { subject, text, html } = renderMail({ kind, data: {} }, links);
    for (const form of [subject, text, html]) {
      expect(form).not.toMatch(/[{]\w+[}]|undefined|\[object/);
    }
    expect(subject.length).toBeGreaterThan(10);
    expect(text.split('\n\n').length).toBeGreaterThanOrEqual(3);
    expect(html).toContain(`<title>${subject}</title>`);
  });

  test('contains all of its data, in both forms', () => {
    const data = { workspaceName: 'Engines', inviterName: 'Ada', role: 'editor', code: '123456', someThing: 'else' };
    const { subject, text, html } = renderMail({ kind, data }, links);
    for (const value of Object.values(data)) {
      expect(`${subject}\n${text}`).toContain(value);
      expect(html).toContain(value);
    }
    expect(text).toContain('Some thing: else');
  });

  test('has an unsubscribe link unless it is a security mail', () => {
    const { text, html } = renderMail({ kind, data: {} }, links);
    const stop = 'https://pages.example/unsubscribe#wsp_1.mal_1.secret';
    expect(text.includes(stop)).toBe(isOptional(kind));
    expect(html.includes(`href="${stop}"`)).toBe(isOptional(kind));
  });
});

test('security mails cannot be switched off', () => {
  expect(MailKind.options.filter(isOptional)).toEqual([
    'invitation',
    'export_ready',
    'reconnect_account',
    'performance_alert',
    'report_ready',
    'webhook_failing',
    'automation',
  ]);
});

test.each([
  ['automation', { subject: 'It does well', text: 'Look', automation: 'Tell us', workspaceName: 'Engines' }],
  ['webhook_failing', { topic: 'It does well', statement: 'Look', host: 'h.example', workspaceName: 'Engines' }],
] as const)('a mail of the kind %s does not repeat its subject among the facts', (kind, data) => {
  const { subject, text } = renderMail({ kind, data }, links);
  expect(subject).toContain('It does well');
  expect(text).not.toContain('It does well');
  expect(text).toContain('Workspace: Engines');
});

test('an invitation names the inviter, the workspace and the role', () => {
  const data = { inviterName: 'Ada', workspaceName: 'Engines', role: 'editor', link: 'https://pages.example/join#t' };
  const { subject, text, html } = renderMail({ kind: 'invitation', data }, links);
  expect(subject).toBe('Ada invited you to join Engines');
  expect(text).toContain('Your role in Engines will be editor.');
  expect(text).toContain('Join here: https://pages.example/join#t');
  expect(html).toContain('<a href="https://pages.example/join#t">');
});

test('a name is rendered without markup, link, header or placeholder, whatever it contains', () => {
  const workspaceName = '<img src=x onerror=alert(1)>\r\nBcc: eve@example.com {token} "\'&';
  const { subject, text, html } = renderMail(
    { kind: 'invitation', data: { workspaceName, token: 'hunter2', inviterName: 'https://evil.example' } },
    links,
  );
  expect(subject).not.toMatch(/[\r\n]/);
  expect(text).not.toContain('\nBcc:');
  expect(html).not.toContain('<img');
  expect(html).not.toContain('href="https://evil.example');
  expect(subject).not.toContain('hunter2');
  expect(html).toContain('&#60;img src=x onerror=alert(1)&#62; Bcc: eve@example. com {token} &#34;&#39;&#38;');
  for (const form of [subject, text, html]) expect(form).not.toMatch(/evil\.example|example\.com|:\/\/evil/);
});

test('the HTML contains only elements of its template, whatever the data', () => {
  const tags = (html: string) => [...html.matchAll(/<(\w+)/g)].map(([, tag]) => tag);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('<b>', '"><script>', '{role}', '\u2028', '&lt;'),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...MailKind.options),
      fc.dictionary(fc.constantFrom('a', 'role', 'what', 'link'), text),
      (kind, data) => {
        const { subject, html } = renderMail({ kind, data }, links);
        const known = new Set([
          'html',
          'head',
          'meta',
          'title',
          'style',
          'body',
          'h1',
          'p',
          'table',
          'tr',
          'th',
          'td',
          'a',
          'footer',
        ]);
        expect(tags(html).filter((tag = '') => !known.has(tag))).toEqual([]);
        expect(subject).not.toMatch(/\p{Cc}/u);
        expect(subject.isWellFormed() && html.isWellFormed()).toBe(true);
      },
    ),
  );
});
