import * as z from 'zod';
import { stage } from './stage.ts';

/** Calls the control API of the X sandbox. */
export const tellX = async (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  room: string,
  body?: unknown,
): Promise<unknown> => {
  const answer = await fetch(`${stage.xSandboxUrl}/_sandbox/${room}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The X sandbox answered ${answer.status} to ${method} ${room}: ${text}`);
  return JSON.parse(text);
};

const Requests = z.object({
  requests: z.array(
    z.object({
      at: z.string(),
      operation: z.string().optional(),
      username: z.string().optional(),
      status: z.number().nullable(),
      body: z.unknown().optional(),
    }),
  ),
});
type RequestAtX = z.infer<typeof Requests>['requests'][number];

/** X's requests by or about one of its users, oldest first. */
export const requestsAtX = async (username: string): Promise<RequestAtX[]> =>
  Requests.parse(await tellX('GET', 'requests')).requests.filter((request) => request.username === username);
