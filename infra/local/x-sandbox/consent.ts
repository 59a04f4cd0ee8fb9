import * as z from 'zod';
import { html, type Incoming, mediaTypeOf, type Reply } from './http.ts';
import { issueCode, SCOPES } from './oauth.ts';
import { userByName } from './users.ts';
import type { World } from './world.ts';

const WORDS: Record<string, string> = {
  'tweet.read': 'See all the posts you can see, including those of protected accounts.',
  'tweet.write': 'Post and repost for you.',
  'users.read': 'See the accounts you can see, including protected accounts.',
  'media.write': 'Upload media for you.',
  'offline.access': 'Stay connected to your account until you revoke access.',
};

/** Query of X's authorize page (docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE"). */
const AuthorizeQuery = z.object({
  response_type: z.literal('code'),
  client_id: z.string(),
  redirect_uri: z.string().refine(isRedirectUri, 'is no http(s) address without a fragment'),
  scope: z
    .string()
    .transform((value) => value.split(' ').filter((scope) => scope !== ''))
    .refine((scopes) => scopes.length > 0 && scopes.every((scope) => SCOPES.includes(scope)), 'names an unknown scope'),
  state: z.string().min(1).max(500),
  code_challenge: z.string().min(1).max(128),
  // twitter-api-v2 sends it in lower case.
  code_challenge_method: z.union([z.enum(['S256', 'plain']), z.literal('s256').transform(() => 'S256' as const)]),
});
type AuthorizeQuery = z.infer<typeof AuthorizeQuery>;

function isRedirectUri(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.hash === '';
}

/** GET /i/oauth2/authorize: shows which app requests which scopes, with a choice of the signed-in X user. */
export function consentPage(world: World, incoming: Incoming): Reply {
  const query = readQuery(world, incoming.query);
  if (!query.ok) return errorPage(query.problem);
  const hidden = [...incoming.query].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const users = Object.values(world.state.users).filter((user) => user.ours);
  const choices = users.map(
    (user, index) =>
      `<label><input type="radio" name="username" value="${escapeHtml(user.username)}"${index === 0 ? ' checked' : ''}> ` +
      `<b>${escapeHtml(user.name)}</b> @${escapeHtml(user.username)}</label>`,
  );
  const scopes = query.value.scope.map(
    (scope) => `<li>${escapeHtml(WORDS[scope] ?? scope)} <code>${escapeHtml(scope)}</code></li>`,
  );
  const app = escapeHtml(world.state.settings.appName);
  const body = `<h1>${app} wants to access your X account</h1>
<p>X sandbox: nothing here reaches the real X.</p>
<form method="post" action="/i/oauth2/authorize">${hidden.join('')}
<fieldset><legend>Signed in to X as</legend>${choices.join('')}</fieldset>
<h2>Things this app can do</h2><ul>${scopes.join('')}</ul>
<p><button name="decision" value="allow">Authorize app</button> <button name="decision" value="deny">Cancel</button></p>
</form>`;
  // Browsers also apply form-action to the redirect after the form.
  return page(200, `Authorize ${app}`, body, `'self' ${new URL(query.value.redirect_uri).origin}`);
}

/** POST /i/oauth2/authorize: handles the form above. Redirects with a code, or with access_denied. */
export function decide(world: World, incoming: Incoming): Reply {
  if (mediaTypeOf(incoming.headers) !== 'application/x-www-form-urlencoded')
    return errorPage('The body must be a form.');
  const form = new URLSearchParams((incoming.body ?? '').toString('utf8'));
  const query = readQuery(world, form);
  if (!query.ok) return errorPage(query.problem);
  const target = new URL(query.value.redirect_uri);
  target.searchParams.set('state', query.value.state);
  const decision = form.get('decision');
  if (decision === 'deny') {
    target.searchParams.set('error', 'access_denied');
  } else {
    const user = userByName(world, form.get('username') ?? '');
    if (user?.ours !== true) return errorPage('username: is not one of the users who can sign in here.');
    if (decision !== 'allow') return errorPage('decision: must be allow or deny.');
    const code = issueCode(world, {
      userId: user.id,
      scopes: query.value.scope,
      redirectUri: query.value.redirect_uri,
      challenge: query.value.code_challenge,
      challengeMethod: query.value.code_challenge_method,
    });
    target.searchParams.set('code', code);
  }
  return { status: 302, headers: { location: target.href, 'cache-control': 'no-store' }, payload: '' };
}

type Reading = { ok: true; value: AuthorizeQuery } | { ok: false; problem: string };

function readQuery(world: World, query: URLSearchParams): Reading {
  const parsed = AuthorizeQuery.safeParse(Object.fromEntries(query));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is invalid'}` };
  }
  const { clientId, redirectUris } = world.state.settings;
  if (parsed.data.client_id !== clientId) return { ok: false, problem: 'client_id: is unknown.' };
  if (redirectUris.length > 0 && !redirectUris.includes(parsed.data.redirect_uri)) {
    return { ok: false, problem: 'redirect_uri: is not registered for this app.' };
  }
  return { ok: true, value: parsed.data };
}

function errorPage(problem: string): Reply {
  const body = `<h1>Something went wrong</h1><p>You weren’t able to give access to the App.</p><p>${escapeHtml(problem)}</p>`;
  return page(400, 'Something went wrong', body, `'none'`);
}

const STYLE = 'body{font:16px/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}label{display:block}';

function page(status: number, title: string, body: string, formAction: string): Reply {
  const csp = `default-src 'none'; style-src 'unsafe-inline'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`;
  const text = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body>${body}</body></html>`;
  return html(status, text, {
    'content-security-policy': csp,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? '');
}
