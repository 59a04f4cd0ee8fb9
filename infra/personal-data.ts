import { writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join, posix } from 'node:path';
import * as z from 'zod';
import { fieldsOf, namesPerson, saidOf } from './personal-fields.ts';

const root = join(import.meta.dirname, '..');

/** A kind of stored item, with the schema by which it is read. */
export interface KeptItem {
  context: string;
  name: string;
  schema: z.ZodObject;
}

/** Schemas that are part of another item. */
const parts: Readonly<Record<string, string>> = {
  'users/AuditEvent': 'kept as AuditLink',
  'accounts/Checklist': 'kept in Account',
  'campaigns/CampaignExperiment': 'kept in Campaign',
  'campaigns/Experiment': 'kept in Campaign',
  'posts/Override': 'kept in Post',
  'posts/ShortLink': 'kept in Post',
};

const auditFilesKept =
  'no limit: neither the erasure of a person nor the deletion of the workspace deletes them; locked against deletion ' +
  'for `auditLockDays` (set per stage)';

const historyKept =
  '90 days from the end of the execution (AWS Step Functions quotas), even if the workspace is deleted';

/** Who is named by id in `mention.received`, `reply.received`, `quote.received` and `repost.received`. */
const peopleOnX = 'ids of people on X who mentioned an account, or replied to, quoted or reposted its posts';

/**
 * Personal data not described by our schemas. Includes digests of addresses: whoever knows an address can check whether
 * it is stored.
 */
const withoutSchema: readonly (readonly [context: string, item: string, what: string, why: string, keptFor: string])[] =
  [
    [
      'users',
      'Cognito user pool',
      'email address, name, password (as Cognito stores it), authenticator secret',
      'to sign in',
      'until the person is erased',
    ],
    [
      'users',
      'Pending sign-ups',
      'digest of the email address; password, encrypted with a token that the platform does not store',
      'to let only the person who signed up confirm',
      'seven days; the password until confirmation',
    ],
    ['users', 'Emailed codes', 'digests of the email address and the code', 'to verify the mailbox', 'a day'],
    [
      'users',
      'Emails of a day',
      'digest of the email address; kinds, times and workspaces of the emails sent to it',
      'to limit emails per address',
      'a day; seven days if security alerts were held back',
    ],
    [
      'users',
      'Sign-in attempts',
      'digest of the email address, network, device or sign-in',
      'to limit password guessing',
      'a day',
    ],
    [
      'users',
      'Email preferences',
      'digest of the email address',
      'to respect unsubscriptions',
      'until the person with the address is erased; no limit for a former address or one without an account',
    ],
    [
      'users',
      'Known networks',
      'actor id; network of sign-ins and of denied requests of service accounts',
      'to detect a new network',
      '180 days',
    ],
    ['users', 'Archives of exported personal data', 'data about the person', 'the person requested it', '7 days'],
    [
      'users',
      'Files of compliance reports',
      'names, roles and last sign-ins of members, actors of events, names of X accounts',
      'an admin requested them',
      auditFilesKept,
    ],
    [
      'all',
      'Rate limits',
      'digest of the IP address (IPv6: /64) of callers who are not signed in; ids of members',
      'to limit requests',
      'minutes',
    ],
    [
      'all',
      'Firewall log',
      'IP addresses of blocked or counted requests',
      'to trace attacks',
      'log retention, set per stage',
    ],
    ['users', 'Audit export files', 'content of the audit trail', 'an admin requested them', auditFilesKept],
    [
      'posts',
      'Receipts',
      'links of the post that short links replaced',
      'to prove what was published',
      'until the workspace is deleted',
    ],
    ['platform', 'Feed items', 'title, summary and link of the item', 'to tell automations of new items', '7 days'],
    [
      'posts',
      'Media files',
      'content of images and videos',
      'to publish them',
      'until the file or its workspace is deleted; incomplete uploads a day',
    ],
    [
      'posts',
      'Clicks on short links',
      'none: numbers by link and UTC hour; no address, program or cookie of whoever follows a link is stored',
      'to count clicks',
      '400 days',
    ],
    [
      'accounts',
      'Execution histories of the workflow follow-activity',
      'username and user id of an X account that was connected',
      'they are in the event that starts it',
      historyKept,
    ],
    [
      'posts',
      'Execution histories of the workflow publish-post',
      'texts of the post, alt texts and subtitle names of its files',
      'Step Functions passes them from posts to accounts',
      historyKept,
    ],
    [
      'campaigns',
      'Execution histories of the workflows check-campaign and launch-campaign',
      'values for the variables of templates; findings and problems that quote a text',
      'Step Functions passes them between campaigns and posts',
      historyKept,
    ],
    [
      'campaigns',
      'Runs of automations',
      `the event that started the run, with the content of a hook request or feed item, or with ${peopleOnX}`,
      'to carry out its steps',
      '90 days from the end of the run',
    ],
    [
      'campaigns',
      'Recent events',
      `public events, with the content of hook requests and feed items, and with ${peopleOnX}`,
      'to rehearse automations',
      '30 days',
    ],
    [
      'campaigns',
      'Execution histories of the workflow run-automation',
      'values of a step: subject and text of emails, values for templates and webhooks',
      'Step Functions passes them from campaigns to the context that carries the step out',
      historyKept,
    ],
    [
      'platform',
      'Deliveries of webhooks',
      `body that is sent, with the fields of the event, such as ${peopleOnX}`,
      'to deliver and replay it',
      '30 days',
    ],
    [
      'all',
      'Archive of the event bus',
      `all events, with names and ids of X accounts, networks of sign-ins and refused attempts, the content of hook requests and feed items, and ${peopleOnX}`,
      'to replay events',
      'set per stage (`eventArchiveDays`)',
    ],
    [
      'all',
      'Backups of the tables (point-in-time recovery)',
      'everything in the tables',
      'to restore a table',
      '35 days after it was deleted from the table',
    ],
    [
      'all',
      'Responses stored for an Idempotency-Key',
      'content of the response',
      'to answer a repeated request with the first response',
      'a day',
    ],
  ];

/** Returns every kind of item that belongs to a workspace or contains personal data. */
export const keptItems = async (): Promise<KeptItem[]> => {
  const found: KeptItem[] = [];
  const sources = await Array.fromAsync(glob('functions/*/{domain,store}/*.ts', { cwd: root }));
  for (const source of sources.sort()) {
    const context = source.split('/')[1] ?? '';
    // Imported by path: only schemas are read, and no code of a context is called.
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

/** Returns the fields marked as personal data. */
const markedFields = (items: readonly KeptItem[]) =>
  items.flatMap(({ context, name: item, schema }) =>
    fieldsOf(schema).flatMap((field) => {
      const said = saidOf(field);
      return said ? [{ context, item, ...field, ...said }] : [];
    }),
  );

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Returns the register of personal data in Markdown. */
export const registerText = (items: readonly KeptItem[]): string => {
  const marked = markedFields(items);
  const byId = items.flatMap(({ context, name, schema }) => {
    const fields = fieldsOf(schema).filter(namesPerson);
    return fields.length > 0 ? [row([context, name, fields.map(({ path }) => `\`${path}\``).join(', ')])] : [];
  });
  return [
    '# Personal data',
    '',
    'The personal data that the platform stores: where, why and for how long. Generated from the schemas by `node infra/personal-data.ts`: fields are marked where they are defined, by `personal(...)` from `shared/privacy/personal-data.ts`. Marked fields are masked in logs by name and are not fields of events, with the exceptions listed in `test/shared/privacy/personal-data.test.ts`. The `reason` of `post.held` can contain the reason for a stop, or quote what a policy rule found in a post (a mention, a few words). Where items expire, DynamoDB deletes them within a few days after the time stated; until then they are treated as deleted.',
    '',
    '## Fields',
    '',
    'Each field is stored in the table of its context.',
    '',
    row(['Context', 'Item', 'Field', 'Purpose', 'Retention']),
    row(['---', '---', '---', '---', '---']),
    ...marked.map(({ context, item, path, why, keptFor }) => row([context, item, `\`${path}\``, why, keptFor])),
    '',
    '## Other places',
    '',
    row(['Context', 'Place', 'Data', 'Purpose', 'Retention']),
    row(['---', '---', '---', '---', '---']),
    ...withoutSchema.map(row),
    '',
    '## References by id',
    '',
    'An id identifies a person only through their record in users; once that is erased, it identifies nobody. Files of compliance reports made before the erasure still name the members of that time. Events refer to members only by these ids; of X accounts and people on X they contain public names and ids.',
    '',
    row(['Context', 'Item', 'Fields']),
    row(['---', '---', '---']),
    ...byId,
    '',
  ].join('\n');
};

/** Returns the names of fields to mask in logs. */
export const namesToMask = (items: readonly KeptItem[]): string[] => {
  const names = markedFields(items).flatMap(({ name, hasCommonName }) => (hasCommonName ? [] : [name]));
  return [...new Set(names)].sort();
};

/** Returns the names as a module, so that functions mask logs without loading schemas of other contexts. */
export const namesText = (items: readonly KeptItem[]): string =>
  [
    '/** Names of fields with personal data. Generated from the schemas by `node infra/personal-data.ts`. */',
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
