import { expect, test } from 'vitest';
import { lateRoutes } from '../../../shared/http/late-routes.ts';
import { operation } from '../../../shared/http/operation.ts';
import { route, type Route } from '../../../shared/http/route.ts';

const first = operation({ id: 'first', method: 'POST', path: '/v1/first', summary: 'First', access: 'public' });
const second = operation({ id: 'second', method: 'POST', path: '/v1/second', summary: 'Second', access: 'public' });
const facts = {
  correlationId: 'request-1',
  sourceIp: '192.0.2.1',
  userAgent: 'test',
  accessToken: '',
  authorization: undefined,
};
const input = {
  path: {},
  query: {},
  body: {},
  caller: undefined,
  request: { ...facts, ifMatch: undefined },
};

test('routes are loaded when one is asked for, once for all, and each carries out its own operation', async () => {
  let loads = 0;
  const done: string[] = [];
  const carryOut = (each: typeof first): Route =>
    route(each, async () => {
      done.push(each.id);
      return undefined;
    });
  const routes = lateRoutes([first, second], async () => {
    loads += 1;
    return [carryOut(second), carryOut(first)];
  });
  expect(routes.map(({ operation: { id } }) => id)).toEqual(['first', 'second']);
  expect(loads).toBe(0);
  for (const each of routes) await each.handle(input);
  expect({ loads, done }).toEqual({ loads: 1, done: ['first', 'second'] });
});

test('an operation that nothing carries out is a fault', async () => {
  const [missing] = lateRoutes([first], async () => []);
  await expect(missing?.handle(input)).rejects.toThrow('Nothing carries out first');
});
