import { referenceRetries } from '#shared/events/reference.ts';
import { overriding } from '#shared/lazy.ts';
import type { Deps } from '../deps.ts';
import type { TextMeasure } from '../domain/content.ts';
import { findConnected } from '../read-account.ts';

/** Caches the results of `find` by key. */
const remembered = <T>(find: (...key: string[]) => Promise<T>) => {
  const known = new Map<string, Promise<T>>();
  return (...key: string[]): Promise<T> => {
    const at = key.join('/');
    const found = known.get(at) ?? find(...key);
    known.set(at, found);
    return found;
  };
};

/**
 * Dependencies for a check of many posts, which read each account, file and setting once, and measure each text once.
 * An unknown account is awaited as usual, but all rows together have the patience of one.
 */
export const batchOf = (deps: Deps): Deps => {
  let { patience = referenceRetries } = deps;
  const measures = new Map<string, TextMeasure>();
  return {
    ...deps,
    patience: { totalMs: 0, everyMs: 1 },
    accounts: overriding(deps.accounts, {
      find: remembered(async (workspaceId = '', accountId = '') => {
        const connected = await findConnected({ ...deps, patience }, workspaceId, accountId);
        if (!connected) patience = { totalMs: 0, everyMs: 1 };
        return connected;
      }),
    }),
    media: overriding(deps.media, {
      find: remembered((workspaceId = '', id = '') => deps.media.find(workspaceId, id)),
    }),
    settings: overriding(deps.settings, { get: remembered((workspaceId = '') => deps.settings.get(workspaceId)) }),
    async measure(texts, most) {
      const keyOf = (text: string) => `${most ?? ''} ${text}`;
      const fresh = [...new Set(texts)].filter((text) => !measures.has(keyOf(text)));
      const measured = await deps.measure(fresh, most);
      fresh.forEach((text, place) => {
        const measure = measured[place];
        if (measure) measures.set(keyOf(text), measure);
      });
      return texts.flatMap((text) => measures.get(keyOf(text)) ?? []);
    },
  };
};
