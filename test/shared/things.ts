import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect } from 'vitest';
import * as z from 'zod';
import { type Operation, operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Route } from '#shared/http/route.ts';
import { createHandler, type HandlerParts } from '#shared/lambda/handler.ts';
import { httpEvent, lambdaContext, owner } from '../support/http-event.ts';

const Thing = z.object({ name: z.string(), version: z.int() });
const onThing = z.strictObject({ thingId: z.string().max(10) });
const body = z.strictObject({
  name: z.string().min(1).max(20),
  size: z.int().optional(),
  tags: z.array(z.strictObject({ word: z.string() })).optional(),
  more: z.json().optional(),
});

export const make = operation({
  id: 'make',
  method: 'POST',
  path: '/v1/things',
  summary: 'Make a thing',
  access: 'posts:write',
  request: { body },
  response: Thing,
  etag: true,
  maxBodyBytes: 1000,
});
export const change = operation({
  id: 'change',
  method: 'PATCH',
  path: '/v1/things/{thingId}',
  summary: 'Change a thing',
  access: 'posts:write',
  request: { path: onThing, query: z.strictObject({ quietly: z.enum(['yes']).optional() }), body },
  response: Thing,
  ifMatch: 'required',
});
export const remove = operation({
  id: 'remove',
  method: 'DELETE',
  path: '/v1/things/{thingId}',
  summary: 'Remove a thing',
  access: 'signed-in',
  request: { path: onThing },
});
export const read = operation({
  id: 'read',
  method: 'GET',
  path: '/v1/things',
  summary: 'Read the thing',
  access: 'public',
  response: z.string(),
  contentType: 'text/plain',
});

type Given = Parameters<Route['handle']>[0];

export const Answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});

/** Routes that only record their input and answer with `reply`. */
export const open = (reply: () => unknown = () => ({ name: 'A', version: 1 }), said: Partial<HandlerParts> = {}) => {
  const given: Given[] = [];
  const answering = (operation: Operation, answer: () => unknown): Route => ({
    operation,
    handle: async (input) => {
      given.push(input);
      return answer();
    },
  });
  const routes = [
    answering(make, reply),
    answering(change, reply),
    answering(remove, () => undefined),
    answering(read, () => 'A thing'),
  ];
  const handler = createHandler({ context: 'posts', routes, ...said });
  return { given, send: async (event: APIGatewayProxyEventV2) => Answer.parse(await handler(event, lambdaContext)) };
};

export const made = (sent: Parameters<typeof httpEvent>[1] = {}) =>
  httpEvent(make, { as: owner, body: { name: 'A' }, ...sent });

/** The problem in the response to an event. */
export const problemOf = async (event: APIGatewayProxyEventV2, reply?: () => unknown) => {
  const { statusCode, headers, body: text = '' } = await open(reply).send(event);
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  const problem = z.strictObject(Problem.shape).parse(JSON.parse(text));
  expect(problem.status).toBe(statusCode);
  expect(headers['x-correlation-id']).toBe(problem.correlationId);
  return problem;
};
