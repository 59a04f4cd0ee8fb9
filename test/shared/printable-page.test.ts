import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { factsTable, listTable, printablePage } from '#shared/printable-page.ts';

const wrongdoing = `<script>alert("1")</script>`;
const harmless = '&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;';

test('a printable page allows only its own style by policy, and escapes its title', () => {
  const page = printablePage({ title: wrongdoing, style: 'b { color: red }', body: '<b>Hello</b>' });
  const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? '';
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
  const hash = createHash('sha256').update(style).digest('base64');
  expect(style).toContain('b { color: red }');
  expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  expect(page).toContain(`<title>${harmless}</title>`);
  expect(page).toContain('<body><b>Hello</b></body>');
});

test('a table of facts omits undefined values and escapes the others', () => {
  const rows = factsTable([
    ['Said', wrongdoing],
    ['Not said', undefined],
  ]);
  expect(rows).toBe(`<table><tr><th scope="row">Said</th><td>${harmless}</td></tr></table>`);
});

test('a list has a header per column and escaped cells, or says that it is empty', () => {
  expect(listTable(['Name', 'Id'], [['Ada', '<1>']])).toBe(
    '<table><thead><tr><th scope="col">Name</th><th scope="col">Id</th></tr></thead>' +
      '<tbody><tr><td>Ada</td><td>&#60;1&#62;</td></tr></tbody></table>',
  );
  expect(listTable(['Name'], [])).toBe('<p>None.</p>');
});
