import { expect } from 'vitest';
import * as z from 'zod';
import { type Answer, eventually, type Marketer } from '#infra/local/marketer.ts';
import { Problem } from '#shared/http/problem.ts';
import { stage } from './stage.ts';

/** Sends a raw request. */
export const send = async (method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(stage.apiUrl + path, { method, ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
  };
};

/** Expects a problem (RFC 9457) with this status and code, and the correlation id of its header. */
export const expectProblem = (answer: Answer, status: number, code: string): Problem => {
  expect(answer).toMatchObject({ status, body: { status, code } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(answer.body);
  expect(problem.correlationId).toBe(answer.headers.get('x-correlation-id'));
  return problem;
};

const Me = z.object({
  person: z.object({ id: z.string() }),
  workspace: z.object({ id: z.string() }),
  role: z.string(),
});

/** A marketer's person, workspace and role. */
export const whereIs = async (marketer: Marketer): Promise<{ personId: string; workspaceId: string; role: string }> => {
  const { person, workspace, role } = await marketer.do(Me, 'GET', '/v1/me');
  return { personId: person.id, workspaceId: workspace.id, role };
};

/**
 * Repeats a request until the platform knows everything that it refers to: on a busy machine an event takes longer to
 * reach another context than the two seconds that a request waits for it.
 */
export const whenHeardOf = (request: () => Promise<Answer>): Promise<Answer> =>
  eventually('an answer other than 404', async () => {
    const answer = await request();
    return answer.status === 404 ? undefined : answer;
  });
