import { expect } from 'vitest';
import * as z from 'zod';
import { type Answer, eventually, type Marketer } from '#infra/local/marketer.ts';
import { Problem } from '#shared/http/problem.ts';
import { stage } from './stage.ts';

/** Sends a request as it is: whatever method, path, headers and bytes. */
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

/** Checks that an answer is a problem (RFC 9457) of that status and code, with the correlation id of its header. */
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

/** Who and where somebody is. */
export const whereIs = async (marketer: Marketer): Promise<{ personId: string; workspaceId: string; role: string }> => {
  const { person, workspace, role } = await marketer.do(Me, 'GET', '/v1/me');
  return { personId: person.id, workspaceId: workspace.id, role };
};

/**
 * Repeats a request until the platform has heard of all that it names: what one context tells takes its time to another,
 * and on a busy machine more than the two seconds that a request waits for it.
 */
export const whenHeardOf = (request: () => Promise<Answer>): Promise<Answer> =>
  eventually('an answer other than 404', async () => {
    const answer = await request();
    return answer.status === 404 ? undefined : answer;
  });
