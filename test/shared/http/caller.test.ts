import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callerOf } from '#shared/http/caller.ts';
import { httpEvent, owner } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';
import { made, make, open, problemOf, remove } from '../things.ts';

beforeEach(() => {
  captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a caller', () => {
  const claimed = (claims: unknown): APIGatewayProxyEventV2 => {
    const event = made();
    return { ...event, requestContext: Object.assign(event.requestContext, { authorizer: { jwt: { claims } } }) };
  };
  const full = { person_id: owner.personId, workspace_id: owner.workspaceId, role: 'owner', jti: 'token-1' };

  test('who is not signed in is rejected with 401 not_signed_in', async () => {
    const problem = await problemOf(httpEvent(make, { body: { name: 'A' } }));
    expect(problem).toMatchObject({ status: 401, code: 'not_signed_in' });
  });

  test.each<[string, unknown]>([
    ['no claims', undefined],
    ['no workspace', { ...full, workspace_id: undefined }],
    ['a workspace that is none', { ...full, workspace_id: owner.personId }],
    ['a role that is none', { ...full, role: 'root' }],
    ['two roles', { ...full, role: ['owner'] }],
    ['no token id', { ...full, jti: undefined }],
  ])('whose token has %s is rejected with 401', async (_, claims) => {
    expect(await problemOf(claimed(claims))).toMatchObject({ status: 401 });
  });

  test('has as its people the person, the makers of the machine, or the machine if they are unknown', () => {
    const machine = 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V';
    const other = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W';
    const people = (claims: object) => callerOf(claimed({ ...full, ...claims }), 'request-1')?.people;
    expect(people({})).toEqual([owner.personId]);
    expect(people({ person_id: machine, made_by: `${owner.personId} ${other}` })).toEqual([owner.personId, other]);
    expect(people({ person_id: machine })).toEqual([machine]);
    expect(people({ person_id: machine, made_by: 'somebody' })).toBeUndefined();
  });

  test('whose role lacks the permission gets 403 role_lacks_permission before the body is parsed', async () => {
    const problem = await problemOf(made({ as: { ...owner, role: 'analyst' }, body: '{' }));
    expect(problem).toMatchObject({ status: 403, code: 'role_lacks_permission' });
  });

  test('who must enrol a second factor gets 403 mfa_required for an operation not allowed without it', async () => {
    const event = made({ as: { ...owner, mustEnrol: true } });
    expect(await problemOf(event)).toMatchObject({ status: 403, code: 'mfa_required' });
    expect(make.allowedWithoutMfa).toBe(false);
  });

  test('with the least powerful role may call an operation that only requires a sign-in', async () => {
    const event = httpEvent(remove, { as: { ...owner, role: 'analyst' }, path: { thingId: 't1' } });
    expect((await open().send(event)).statusCode).toBe(204);
  });
});
