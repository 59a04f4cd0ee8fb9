import { expect, test } from 'vitest';
import { operation } from '#shared/http/operation.ts';
import { type Route, route } from '#shared/http/route.ts';
import { type Room, routeFinder } from '#shared/http/route-groups.ts';

const routeOf = (id: string): Route =>
  route(operation({ id, method: 'POST', path: `/v1/${id}`, summary: id, access: 'public' }), async () => undefined);

test('rooms are opened one after another until one has the route, and each once', async () => {
  const opened: string[] = [];
  const room =
    (...ids: string[]): Room =>
    async () => {
      opened.push(ids.join());
      return ids.map(routeOf);
    };
  const find = routeFinder([room('first', 'second'), room('third'), routeOf('health'), room('last')]);
  const idOf = async (key: string) => (await find(key))?.operation.id;

  expect(await idOf('POST /v1/health')).toBe('health');
  expect(opened).toEqual([]);
  expect(await Promise.all(['second', 'third', 'first'].map((id) => idOf(`POST /v1/${id}`)))).toEqual([
    'second',
    'third',
    'first',
  ]);
  expect(opened).toEqual(['first,second', 'third']);
  expect(await idOf('GET /v1/first')).toBeUndefined();
  expect(opened).toEqual(['first,second', 'third', 'last']);
});

test('a room that could not be opened is tried again', async () => {
  let tries = 0;
  const find = routeFinder([
    async () => {
      tries += 1;
      if (tries === 1) throw new Error('no such chunk');
      return [routeOf('first')];
    },
  ]);
  await expect(find('POST /v1/first')).rejects.toThrow('no such chunk');
  expect(await find('POST /v1/first')).toBeDefined();
});
