import { expect, test } from 'vitest';
import { operation } from '#shared/http/operation.ts';
import { type Route, route } from '#shared/http/route.ts';
import { routeFinder } from '#shared/http/route-groups.ts';
import { lazyRoutes } from '#shared/lazy.ts';

const routeOf = (id: string, method: 'GET' | 'POST' = 'POST'): Route =>
  route(operation({ id, method, path: `/v1/${id}`, summary: id, access: 'public' }), async () => undefined);

test('a request loads only the capability that has its path, once', async () => {
  const loaded: string[] = [];
  const capability = (...ids: string[]) =>
    lazyRoutes(
      ids.map((id) => `/v1/${id}`),
      async () => {
        loaded.push(ids.join());
        return ids.map((id) => routeOf(id));
      },
    );
  const find = routeFinder([capability('first', 'second'), capability('third'), routeOf('health'), capability('last')]);
  const idOf = async (key: string) => (await find(key))?.operation.id;

  expect(await idOf('POST /v1/health')).toBe('health');
  expect(loaded).toEqual([]);
  expect(await Promise.all(['third', 'third'].map((id) => idOf(`POST /v1/${id}`)))).toEqual(['third', 'third']);
  expect(loaded).toEqual(['third']);
  expect(await idOf('POST /v1/second')).toBe('second');
  expect(await idOf('GET /v1/first')).toBeUndefined();
  expect(await idOf('GET /v1/nowhere')).toBeUndefined();
  expect(loaded).toEqual(['third', 'first,second']);
});

test('capabilities that share a path are distinguished by method', async () => {
  const find = routeFinder([
    lazyRoutes(['/v1/me'], async () => [routeOf('me', 'GET')]),
    lazyRoutes(['POST /v1/me'], async () => [routeOf('me', 'POST')]),
  ]);
  expect((await find('GET /v1/me'))?.operation.method).toBe('GET');
  expect((await find('POST /v1/me'))?.operation.method).toBe('POST');
});

test('a capability that failed to load is loaded again by the next request', async () => {
  let tries = 0;
  const find = routeFinder([
    lazyRoutes(['/v1/first'], async () => {
      tries += 1;
      if (tries === 1) throw new Error('no such chunk');
      return [routeOf('first')];
    }),
  ]);
  await expect(find('POST /v1/first')).rejects.toThrow('no such chunk');
  expect((await find('POST /v1/first'))?.operation.id).toBe('first');
});
