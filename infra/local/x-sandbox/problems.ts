import { empty, html, json, Refusal, type Reply } from './http.ts';

/*
 * All error bodies that X is known to send, one function each. Older problem types are under api.twitter.com, those of
 * the OpenAPI description 2.167 under api.x.com. Clients must accept both, so both occur here.
 */
const OLD_PROBLEMS = 'https://api.twitter.com/2/problems/';
const PROBLEMS = 'https://api.x.com/2/problems/';

/** A problem within a 200, in `errors`. */
export type PartialProblem = Record<string, string>;

/** 400 with the errors; `parameters` maps names to the values that were sent. */
export function invalidRequest(errors: { message: string; parameters?: Record<string, string[]> }[]): Reply {
  return json(400, {
    errors: errors.map(({ message, parameters }) => ({ ...(parameters && { parameters }), message })),
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: `${PROBLEMS}invalid-request`,
  });
}

/** Throws the 400 for a single wrong parameter. */
export function refuseInvalid(message: string, parameters?: Record<string, string[]>): never {
  throw new Refusal(invalidRequest([{ message, ...(parameters && { parameters }) }]));
}

/** X returns errors of its token endpoint in the form of RFC 6749, section 5.2. */
export function oauthError(status: number, error: string, description: string): Reply {
  return json(status, { error, error_description: description });
}

export function unauthorized(): Reply {
  return json(401, { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' });
}

function forbidden(detail: string): Reply {
  return json(403, { detail, type: 'about:blank', title: 'Forbidden', status: 403 });
}

export function duplicateContent(): Reply {
  return forbidden('You are not allowed to create a Tweet with duplicate content.');
}

/** X's response for a missing scope or app permission, a text too long for the account, and a quote alike. */
export function notPermitted(): Reply {
  return forbidden('You are not permitted to perform this action.');
}

export function replyTargetGone(): Reply {
  return forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.');
}

export function notYourPost(): Reply {
  return forbidden('You are not authorized to delete this Tweet.');
}

/** Returned by the upload, and again by the post even after a finished upload. */
export function videoTooLong(minutes: number): Reply {
  return forbidden(`This user is not allowed to post a video longer than ${minutes} minutes.`);
}

export function notSummoned(): Reply {
  return json(403, {
    title: 'Authorization Error',
    status: 403,
    type: `${PROBLEMS}not-authorized-for-resource`,
    detail: 'You can only reply to or quote posts where you are mentioned or are the author.',
  });
}

/** The wording before July 2026. */
export function notSummonedOld(): Reply {
  return forbidden(
    'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the ' +
      'author of the post you are replying to.',
  );
}

export function userSuspended(): Reply {
  return json(403, {
    detail: 'The user used for authentication is suspended',
    title: 'Forbidden',
    status: 403,
    type: `${OLD_PROBLEMS}user-suspended`,
  });
}

export function userSuspendedV1(): Reply {
  const message = 'Your account is suspended and is not permitted to access this feature.';
  return json(403, { errors: [{ code: 64, message }] });
}

export function userLocked(): Reply {
  const message =
    'To protect our users from spam and other malicious activity, this account is temporarily locked. ' +
    'Please log in to https://twitter.com to unlock your account.';
  return json(403, { errors: [{ code: 326, message }] });
}

export function clientForbidden(clientId: string): Reply {
  return json(403, {
    client_id: clientId,
    detail:
      'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter ' +
      'developer App that is attached to a Project. You can create a project via the developer portal.',
    registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
    title: 'Client Forbidden',
    required_enrollment: 'Appropriate Level of API Access',
    reason: 'client-not-enrolled',
    type: `${OLD_PROBLEMS}client-forbidden`,
  });
}

export function unsupportedAuthentication(): Reply {
  return json(403, {
    title: 'Unsupported Authentication',
    detail:
      'Authenticating with this kind of token is forbidden for this endpoint. ' +
      'Supported authentication types are listed in the documentation of the endpoint.',
    type: `${PROBLEMS}unsupported-authentication`,
    status: 403,
  });
}

export function creditsDepleted(accountId: number): Reply {
  return json(402, {
    account_id: accountId,
    title: 'CreditsDepleted',
    detail: `Your enrolled account [${accountId}] does not have any credits to fulfill this request.`,
    type: `${OLD_PROBLEMS}credits`,
  });
}

/** @param resetDate YYYY-MM-DD, the first day of the next billing cycle */
export function spendCapReached(accountId: number, resetDate: string): Reply {
  return json(403, {
    account_id: accountId,
    title: 'SpendCapReached',
    reset_date: resetDate,
    detail: `Your enrolled account [${accountId}] has reached its billing cycle spend cap. API requests will be blocked until the next cycle begins on ${resetDate}.`,
    type: `${OLD_PROBLEMS}credits`,
  });
}

export function usageCapExceeded(accountId: number): Reply {
  return json(429, {
    account_id: String(accountId),
    product_name: 'standard-basic',
    title: 'UsageCapExceeded',
    period: 'Monthly',
    scope: 'Product',
    detail: 'Usage cap exceeded: Monthly product cap',
    type: `${OLD_PROBLEMS}usage-capped`,
  });
}

export function tooManyRequests(): Reply {
  return json(429, { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 });
}

export function tooManyRequestsV1(): Reply {
  return json(429, { errors: [{ code: 88, message: 'Rate limit exceeded' }] });
}

/** For an upload chunk (or any body) that is too large; X's edge responds without a body. */
export function payloadTooLarge(): Reply {
  return empty(413);
}

const STATUS_TITLES: Record<number, string> = {
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Returns a status in X's simplest form. */
export function aboutBlank(status: number): Reply {
  const title = STATUS_TITLES[status] ?? 'Error';
  return json(status, { title, type: 'about:blank', status, detail: title });
}

export function htmlError(status: number): Reply {
  const title = STATUS_TITLES[status] ?? 'Error';
  return html(
    status,
    `<!DOCTYPE html><html><head><title>${status} ${title}</title></head><body>${title}</body></html>`,
  );
}

export function plainError(status: number): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', payload: STATUS_TITLES[status] ?? 'Error' };
}

/** From X's gateway: an array of plain strings, which breaks clients that expect objects. */
export function errorsAsStrings(status: number): Reply {
  return json(status, { errors: ['internal server error'] });
}

/** 404 for a post that the request itself names (to delete or repost it). */
export function notFoundReply(parameter: string, id: string): Reply {
  return json(404, { ...resourceNotFound('tweet', parameter, id), status: 404 });
}

export function resourceNotFound(kind: 'tweet' | 'user' | 'media', parameter: string, id: string): PartialProblem {
  return {
    value: id,
    detail: `Could not find ${kind} with ${parameter}: [${id}].`,
    title: 'Not Found Error',
    resource_type: kind,
    parameter,
    resource_id: id,
    type: `${PROBLEMS}resource-not-found`,
  };
}

/** For a protected account's post or timeline, requested by another user. */
export function notAuthorizedForResource(kind: 'tweet' | 'user', parameter: string, id: string): PartialProblem {
  return {
    value: id,
    detail: `Sorry, you are not authorized to see the ${kind === 'tweet' ? 'Tweet' : 'user'} with ${parameter}: [${id}].`,
    title: 'Authorization Error',
    resource_type: kind,
    parameter,
    resource_id: id,
    type: `${PROBLEMS}not-authorized-for-resource`,
  };
}

export function suspendedResource(parameter: string, id: string): PartialProblem {
  return {
    value: id,
    detail: `User has been suspended: [${id}].`,
    title: 'Forbidden',
    resource_type: 'user',
    parameter,
    resource_id: id,
    type: `${PROBLEMS}resource-not-found`,
  };
}

/** For a private metric of another user's post. */
export function notAuthorizedForField(field: string, id: string): PartialProblem {
  return {
    value: id,
    detail: `Sorry, you are not authorized to access '${field}' on the Tweet with ids : [${id}].`,
    title: 'Field Authorization Error',
    resource_type: 'tweet',
    parameter: 'ids',
    resource_id: id,
    section: 'data',
    field,
    type: `${PROBLEMS}not-authorized-for-field`,
  };
}

/** For a private metric of a post older than 30 days. */
export function fieldUnauthorized(field: string, id: string): PartialProblem {
  return {
    detail: `Sorry, '${field}' is not available for the Tweet with ids : [${id}]: it is older than 30 days.`,
    title: 'Field Authorization Error',
    resource_type: 'tweet',
    resource_id: id,
    section: 'data',
    field,
    type: `${PROBLEMS}field-unauthorized`,
  };
}
