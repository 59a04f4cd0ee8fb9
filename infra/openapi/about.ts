import { type Operation, type Tag, tagGroups } from '#shared/http/operation.ts';
import { isForMachines, mayDo, type Permission, Role } from '#shared/permissions.ts';

/** What clients of the API need to know beyond individual operations, in Markdown as OpenAPI allows. */
const chapters = {
  Authentication: `
Sign in with \`POST /v1/auth/sign-in\` and send the access token with every request: \`Authorization: Bearer <token>\`.
An access token is valid for 15 minutes, a refresh token for 30 days from the sign-in. \`POST /v1/auth/refresh\`
exchanges a refresh token for a new pair. API clients use a service account: \`POST /v1/auth/token\` exchanges its
client id and secret for an access token that is valid for one hour. A token is valid in one workspace; to use another
one, switch to it and refresh the token.

Each operation has one of four kinds of access: public (no \`security\`); \`operatorToken\`, for the operators of the
platform; \`accessToken\` without \`x-permission\`, for any signed-in person (service accounts can use only
\`GET /v1/me\` of these); \`accessToken\` with \`x-permission\`, for roles that hold that permission.`,
  Permissions: `
\`x-permission\` names the permission that the caller's role in the workspace must hold. Without it, the response is
403 \`role_lacks_permission\`. Service accounts have a role as well, but never hold permissions marked "people only" (403
\`only_for_people\`).
`,
  Errors: `
Errors are problem details (RFC 9457) sent as \`application/problem+json\`. \`code\` is machine-readable and stable;
each operation lists its codes by status. \`detail\` is human-readable and may change. \`fields\` lists the invalid
fields and the reason for each. Quote \`correlationId\` when you report a problem to the operators of the deployment.
This description does not name them: ask whoever gave you its address.

API Gateway rejects some requests before they reach the platform (invalid token, body too large, too many requests).
These responses are \`application/json\` with a \`message\` and no \`code\`. So are its own 500 and 503 responses,
after which the request may have been carried out. The firewall in front of it rejects requests without a
\`User-Agent\` and requests that look like attacks with 403, and too many requests from one IP address with 429; these
responses are not JSON.

An unknown path returns 404 \`no_such_operation\`, an unsupported method 405 \`method_not_allowed\` with \`Allow\`, and
a request that bypasses the platform's public address 403 \`direct_access\`. The id of a resource in another workspace
returns 404, like an unknown id.`,
  Pages: `
Operations with the parameter \`cursor\` return their list in pages: \`items\` (\`days\` of the calendar, \`content\` of
an export), and \`nextCursor\`, which is null on the last page. Pass it as \`cursor\` with the same filters to get the
next page; with other filters the response is 400 \`invalid_cursor\`. \`limit\` sets the maximum number of items. A page
may have fewer items, or none, without being the last one.`,
  'Concurrent changes': `
Most resources that can be changed have a \`version\` and an \`ETag\`. Send the ETag as \`If-Match\` with a change, if the
operation lists this header; others ignore it. If the resource has changed since you read it, the response is 412 and
nothing is overwritten. Where \`If-Match\` is required, a request without it returns 428; \`*\` matches any version.`,
  'Repeated requests': `
Send an \`Idempotency-Key\` with a \`POST\` to repeat it safely, for example after a timeout: for 24 hours the first
successful response is returned again. Operations without this header can be repeated as they are, with two exceptions:
those that return a secret or a token issue a new one each time (and, if they create something, such as a webhook or a
service account, create another one: list them and delete the surplus one), and those that take a one-time code or token
may reject it the second time.`,
  'Rate limits': `
Signed-in requests are counted per person or service account, and per workspace; all others per IP address, except health
checks, the list of services, operational metrics, this document, short links and signed requests from other services.
\`RateLimit-Policy\` lists these limits, and \`RateLimit\` shows what is left of each. The firewall also limits the
requests of each IP address within five minutes, signed-in ones included, and those under \`/v1/auth/\` more strictly. A
429 response gives the seconds to wait in \`Retry-After\`; one from API Gateway itself (\`application/json\`) does not:
retry after a few seconds.`,
  Conventions: `
Times in responses are in UTC (RFC 3339); times in requests can have any UTC offset. Ids are prefixed ULIDs such as
\`pst_01KATJ9V5H8Q3M4N5P6R7S8T9V\`; ids of one kind sort roughly by creation time; do not rely on it. Amounts of money
are in micro-dollars, millionths of a US dollar (\`…Micros\`). Responses may gain fields at any time; requests with
unknown fields are rejected. Every \`GET\` also works as \`HEAD\`. Unless stated otherwise, responses have the headers
\`X-Content-Type-Options: nosniff\`, \`Content-Security-Policy: frame-ancestors 'none'\`,
\`Referrer-Policy: no-referrer\` and \`Cache-Control: no-store\`.`,
} as const;

const people = (permission: Permission): string => (isForMachines(permission) ? '' : 'people only');

/** Returns a table of the permissions that operations name, with the roles that hold them. */
const permissionTable = (operations: readonly Operation[]): string => {
  const named = operations
    .map(({ access }) => access)
    .filter((access) => !['public', 'operator', 'signed-in'].includes(access));
  const permissions = [...new Set(named as Permission[])].sort();
  const rows = permissions.map((permission) => {
    const roles = Role.options.filter((role) => mayDo(role, permission)).join(', ');
    return `| \`${permission}\` | ${roles} | ${people(permission)} |`;
  });
  return ['| Permission | Roles | |', '| --- | --- | --- |', ...rows].join('\n');
};

/** Joins the lines of each paragraph, because some viewers break Markdown descriptions where the source does. */
const unwrapped = (text: string): string =>
  text
    .trim()
    .split('\n\n')
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n\n');

/** Returns title, licence and description of the API. */
export const infoOf = (operations: readonly Operation[]) => ({
  title: 'X marketing platform',
  version: '1.0.0',
  summary: 'Plan, publish and measure marketing on X',
  description: [
    'Write and schedule posts, run campaigns and measure their results on X (Twitter), as a team.',
    ...Object.entries(chapters).map(([heading, text]) =>
      [`## ${heading}`, unwrapped(text), ...(heading === 'Permissions' ? [permissionTable(operations)] : [])].join(
        '\n\n',
      ),
    ),
  ].join('\n\n'),
  contact: { name: 'Operators of this deployment (whoever gave you its address)' },
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
});

/** The document is served by the deployment that it describes. */
export const servers = [{ url: '/', description: 'The deployment that serves this document' }];

export const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token, from `POST /v1/auth/sign-in` or `POST /v1/auth/refresh` (valid for 15 minutes), or from ' +
      '`POST /v1/auth/token` for a service account (valid for one hour)',
  },
  operatorToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of the operators of the platform. Each deployment has its own; it does not expire.',
  },
} as const;

/**
 * Returns the tags of the operations and their groups, in the order of the groups. @throws Error for a tag defined
 * twice
 */
export const tagsOf = (operations: readonly Operation[]) => {
  const tags = new Map<string, Tag>();
  for (const { id, tag } of operations) {
    if (!tag) throw new Error(`${id} has no tag: define it by capability() (shared/http/operation.ts)`);
    const known = tags.get(tag.name);
    if (known && known.description !== tag.description) throw new Error(`There are two tags ${tag.name}`);
    tags.set(tag.name, tag);
  }
  const groups = tagGroups.map((name) => ({
    name,
    tags: [...tags.values()].filter(({ group }) => group === name).map((tag) => tag.name),
  }));
  const ordered = groups.flatMap(({ tags: names }) => names);
  return {
    tags: ordered.map((name) => ({ name, description: tags.get(name)?.description ?? '' })),
    'x-tagGroups': groups,
  };
};
