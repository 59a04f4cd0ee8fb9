import { writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join, posix } from 'node:path';
import * as z from 'zod';
import { fieldsOf, namesPerson, saidOf } from './personal-fields.ts';

const root = join(import.meta.dirname, '..');

/** A kind of item that is kept, by the schema it is read through. */
export interface KeptItem {
  context: string;
  name: string;
  schema: z.ZodObject;
}

/** Schemas that are no items of their own, and what they are part of. */
const parts: Readonly<Record<string, string>> = {
  'users/AuditEvent': 'kept as AuditLink',
  'accounts/Checklist': 'kept in Account',
  'posts/Override': 'kept in Post',
};

/**
 * Personal data that no schema of ours describes. Addresses that are kept as digests alone are told with how long: who
 * knows an address can look whether it is there.
 */
const withoutSchema: readonly (readonly [context: string, item: string, what: string, why: string, keptFor: string])[] =
  [
    [
      'users',
      'The user pool',
      'mail address, name, password (as Cognito keeps it), secret of the authenticator',
      'to sign in',
      'until the person is erased',
    ],
    [
      'users',
      'Sign-up that waits',
      'digest of the mail address; the password, sealed with a token that the platform does not keep',
      'so that only who signed up last confirms',
      'seven days; the password until it is confirmed',
    ],
    ['users', 'Mailed codes', 'digest of the mail address and of the code', 'to prove the mail box', 'a day'],
    [
      'users',
      'Mails of a day',
      'digest of the mail address, kinds and times of its mails, and from which workspaces',
      'so that nobody is flooded with mails',
      'a day',
    ],
    [
      'users',
      'Tries',
      'digest of the mail address, the network, the device or the sign-in',
      'so that nobody guesses passwords',
      'a day',
    ],
    [
      'users',
      'Known devices',
      'digests of the tokens of their devices',
      'so that strangers who guess lock nobody out',
      '180 days from the last sign-in, or until the password is reset',
    ],
    [
      'users',
      'Mail preferences',
      'digest of the mail address',
      'so that nobody gets mails they do not want',
      'until they are changed back',
    ],
    [
      'users',
      'Networks seen',
      'id and network of who acted',
      'to tell when somebody acts from a new network',
      '180 days',
    ],
    [
      'users',
      'Files of audit events',
      'what the audit trail holds',
      'an admin asked for them',
      'as long as the stage keeps audit files',
    ],
    [
      'posts',
      'Media files',
      'what pictures and videos show',
      'they are published',
      'until they are deleted, or their workspace; one that was never completed a day',
    ],
    [
      'posts',
      'Histories of the workflow publish-post',
      'texts of a post that goes out, and what is said about its files',
      'Step Functions hands to accounts what posts has claimed',
      '90 days from the end of the execution (AWS Step Functions: quotas), also when the workspace is deleted',
    ],
    [
      'all',
      'Replies kept for an Idempotency-Key',
      'what the reply said',
      'a request that is repeated gets the first reply',
      'a day',
    ],
  ];

/** Every kind of item that the contexts keep: what is of a workspace, and what holds personal data besides. */
export const keptItems = async (): Promise<KeptItem[]> => {
  const found: KeptItem[] = [];
  const sources = await Array.fromAsync(glob('functions/*/{domain,store}/*.ts', { cwd: root }));
  for (const source of sources.sort()) {
    const context = source.split('/')[1] ?? '';
    // By its path alone: no code of a context is called, and the schemas of all of them are read alike.
    const module: unknown = await import(posix.join(root, source));
    if (typeof module !== 'object' || module === null) continue;
    const exported = Object.entries<unknown>({ ...module });
    for (const [name, schema] of exported.sort(([one], [other]) => (one < other ? -1 : 1))) {
      if (!(schema instanceof z.ZodObject) || `${context}/${name}` in parts) continue;
      if ('workspaceId' in schema.shape || fieldsOf(schema).some(saidOf)) found.push({ context, name, schema });
    }
  }
  return found;
};

/** A field that is marked as personal data. */
const markedFields = (items: readonly KeptItem[]) =>
  items.flatMap(({ context, name: item, schema }) =>
    fieldsOf(schema).flatMap((field) => {
      const said = saidOf(field);
      return said ? [{ context, item, ...field, ...said }] : [];
    }),
  );

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The register: what is kept of people, where, why and for how long. */
export const registerText = (items: readonly KeptItem[]): string => {
  const marked = markedFields(items);
  const byId = items.flatMap(({ context, name, schema }) => {
    const fields = fieldsOf(schema).filter(namesPerson);
    return fields.length > 0 ? [row([context, name, fields.map(({ path }) => `\`${path}\``).join(', ')])] : [];
  });
  return [
    '# Personal data',
    '',
    'What is kept of people, where, why and for how long. Written by `node infra/personal-data.ts` from the schemas: a field is marked where it is defined, by `personal(...)` of `shared/personal-data.ts`. Fields that are marked are masked in logs by their name and are in no event, but for the exceptions in `test/shared/personal-data.test.ts`.',
    '',
    '## Fields',
    '',
    'Each is kept in the table of its context.',
    '',
    row(['Context', 'Item', 'Field', 'Why', 'How long']),
    row(['---', '---', '---', '---', '---']),
    ...marked.map(({ context, item, path, why, keptFor }) => row([context, item, `\`${path}\``, why, keptFor])),
    '',
    '## Besides',
    '',
    row(['Context', 'Where', 'What', 'Why', 'How long']),
    row(['---', '---', '---', '---', '---']),
    ...withoutSchema.map(row),
    '',
    '## People named by id',
    '',
    'An id leads to a person only through their record in users; when that is erased, it leads nowhere. Events name people by these ids alone.',
    '',
    row(['Context', 'Item', 'Fields']),
    row(['---', '---', '---']),
    ...byId,
    '',
  ].join('\n');
};

/** Names of fields that logs are masked by. */
export const namesToMask = (items: readonly KeptItem[]): string[] => {
  const names = markedFields(items).flatMap(({ name, hasCommonName }) => (hasCommonName ? [] : [name]));
  return [...new Set(names)].sort();
};

/** The names as a module, since functions that log do without the schemas of the other contexts. */
export const namesText = (items: readonly KeptItem[]): string =>
  [
    '/** Fields that hold personal data, by name. Written by `node infra/personal-data.ts` from the schemas. */',
    'export const personalNames: ReadonlySet<string> = new Set([',
    ...namesToMask(items).map((name) => `  '${name}',`),
    ']);',
    '',
  ].join('\n');

export const registerPath = join(root, 'docs/personal-data.md');
export const namesPath = join(root, 'shared/privacy/personal-names.ts');

if (import.meta.main) {
  const items = await keptItems();
  writeFileSync(registerPath, registerText(items));
  writeFileSync(namesPath, namesText(items));
}
