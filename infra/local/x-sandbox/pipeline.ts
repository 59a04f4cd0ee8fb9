import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as activity from './activity.ts';
import { getPostsAnalytics } from './analytics.ts';
import { bill, getUsage, requireCredit } from './billing.ts';
import { consentPage, decide } from './consent.ts';
import { commits, delayOf, spoil } from './fault-effects.ts';
import { type Delivery, type Incoming, json, Refusal, type Reply } from './http.ts';
import { countCall } from './limits.ts';
import * as media from './media.ts';
import * as mediaMetadata from './media-metadata.ts';
import { appToken, callerOf, revoke, subjectOf, token } from './oauth.ts';
import type { Caller, Operation } from './operation.ts';
import { createPosts, deletePosts, repostPost, unrepostPost } from './posts.ts';
import * as problems from './problems.ts';
import { maskedBody, maskedPath } from './request-log.ts';
import { getPostsById, getPostsByIds, getUsersPosts } from './timeline.ts';
import { getUsersMe } from './users.ts';
import * as webhooks from './webhooks.ts';
import type { World } from './world.ts';

/** Fixed paths come before patterns that would also match them. */
export const OPERATIONS: readonly Operation[] = [
  ...[getUsersMe, createPosts, getPostsByIds, getPostsAnalytics, getPostsById, deletePosts, getUsersPosts],
  ...[repostPost, unrepostPost, getUsage, media.mediaUpload, media.getMediaUploadStatus],
  ...[media.initializeMediaUpload, media.appendMediaUpload, media.finalizeMediaUpload],
  ...[mediaMetadata.createMediaMetadata, mediaMetadata.createMediaSubtitles, mediaMetadata.deleteMediaSubtitles],
  ...[webhooks.createWebhookReplayJob, webhooks.createWebhooks, webhooks.getWebhooks],
  ...[webhooks.validateWebhooks, webhooks.deleteWebhooks],
  ...[activity.createActivitySubscription, activity.getActivitySubscriptions, activity.deleteActivitySubscription],
];

/** OAuth endpoints are outside the API proper: no bearer, limits or billing, but faults apply. */
const OAUTH: readonly { method: string; path: string; handle: (world: World, incoming: Incoming) => Reply }[] = [
  { method: 'GET', path: '/i/oauth2/authorize', handle: consentPage },
  { method: 'POST', path: '/i/oauth2/authorize', handle: decide },
  { method: 'POST', path: '/2/oauth2/token', handle: token },
  { method: 'POST', path: '/2/oauth2/revoke', handle: revoke },
  { method: 'POST', path: '/oauth2/token', handle: appToken },
];

/** How a request will be handled, before any fault. */
interface Route {
  id: string;
  pattern: string;
  success: number;
  username: string | undefined;
  work: () => Promise<Reply> | Reply;
}

/** Serves a request of X's API or OAuth: fault, work, fault, log. */
export async function serve(world: World, incoming: Incoming, stop: AbortSignal): Promise<Delivery> {
  const route = routeOf(world, incoming);
  const rule = route && world.faults.strike({ ...incoming, pattern: route.pattern, username: route.username });
  const fault = rule?.fault;
  const wait = async (ms: number) => (ms > 0 ? sleep(ms, undefined, { signal: stop }) : undefined);
  await wait(delayOf(fault, 'before'));
  const reply = commits(fault) ? await (route ?? noRoute(incoming)).work() : undefined;
  await wait(delayOf(fault, 'after'));
  const success = route?.success ?? 200;
  const delivery =
    fault === undefined ? { reply: reply ?? problems.aboutBlank(500) } : spoil(world, fault, reply, success);
  world.log.add({
    at: new Date(world.now()).toISOString(),
    method: incoming.method,
    path: maskedPath(incoming),
    operation: route?.id,
    username: route?.username,
    status: delivery.cut ? null : delivery.reply.status,
    fault: rule?.id,
    body: maskedBody(incoming),
  });
  return delivery;
}

function routeOf(world: World, incoming: Incoming): Route | undefined {
  const oauth = OAUTH.find(({ method, path }) => method === incoming.method && path === incoming.path);
  if (oauth) {
    const username = subjectOf(world, incoming)?.username;
    const work = () => answering(() => oauth.handle(world, incoming));
    return { id: oauth.path, pattern: oauth.path, success: 200, username, work };
  }
  for (const operation of OPERATIONS) {
    const params = operation.method === incoming.method ? match(operation.path, incoming.path) : undefined;
    if (params === undefined) continue;
    const caller = tryCaller(world, incoming);
    return {
      id: operation.id,
      pattern: operation.path,
      success: operation.id === 'createPosts' ? 201 : 200,
      username: caller?.kind === 'user' ? caller.user.username : undefined,
      work: () => answering(() => call(world, operation, params, incoming)),
    };
  }
  return undefined;
}

function noRoute(incoming: Incoming): Pick<Route, 'work'> {
  const known = [...OPERATIONS, ...OAUTH].some(({ path }) => match(path, incoming.path) !== undefined);
  return { work: () => problems.aboutBlank(known ? 405 : 404) };
}

/** Returns the parameters of a path that matches the pattern. */
function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const actual = path.split('/');
  if (wanted.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = actual[index] ?? '';
    if (part.startsWith(':') && value !== '') params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function tryCaller(world: World, incoming: Incoming): Caller | undefined {
  try {
    return callerOf(world, incoming.headers);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Turns a refusal into its response. */
async function answering(work: () => Promise<Reply> | Reply): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

/** Handles a call of the API: authentication, permission, limits, credit, then the work, then billing. */
async function call(
  world: World,
  operation: Operation,
  params: Record<string, string>,
  incoming: Incoming,
): Promise<Reply> {
  const caller = callerOf(world, incoming.headers);
  requireAllowed(operation, caller);
  const headers = {
    ...countCall(world, operation.id, caller),
    'x-access-level': 'read-write',
    'x-transaction-id': randomBytes(8).toString('hex'),
  };
  const reply = await answering(async () => {
    requireCredit(world, operation);
    requireKnownQuery(operation, incoming.query);
    if (incoming.body === undefined) throw new Refusal(problems.payloadTooLarge());
    const { body, query } = incoming;
    const outcome = await operation.handle(world, { caller, params, query, headers: incoming.headers, body });
    bill(world, caller, outcome.charges ?? []);
    return json(outcome.status, outcome.body);
  });
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** Checks the kind of token, the account's state and the granted scopes. */
function requireAllowed(operation: Operation, caller: Caller): void {
  if (caller.kind === 'app') {
    if (operation.auth === 'user') throw new Refusal(problems.unsupportedAuthentication());
    return;
  }
  if (operation.auth === 'app') throw new Refusal(problems.unsupportedAuthentication());
  if (caller.user.suspended) throw new Refusal(problems.userSuspended());
  if (caller.user.locked) throw new Refusal(problems.userLocked());
  if (!operation.scopes.every((scope) => caller.scopes.includes(scope))) throw new Refusal(problems.notPermitted());
}

function requireKnownQuery(operation: Operation, query: URLSearchParams): void {
  const known = operation.query ?? [];
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  problems.refuseInvalid(`The query parameter [${unknown}] is not one of [${known.join(',')}]`, {
    [unknown]: query.getAll(unknown),
  });
}
