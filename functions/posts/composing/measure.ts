import type * as z from 'zod';
import type { Deps } from '../deps.ts';
import { findFaults } from '../domain/content.ts';
import { connectedAccount } from '../read-account.ts';
import type { measureTexts } from './contract.ts';
import { previewCost } from './cost.ts';

/** For accounts without Premium (docs.x.com, "Counting characters"). */
const usualLength = 280;

/** Maximum length of a text for that account, or for one without Premium. @throws DomainError `account_not_found` */
export const lengthFor = async (deps: Deps, workspaceId: string, accountId: string | undefined): Promise<number> =>
  accountId === undefined ? usualLength : (await connectedAccount(deps, workspaceId, accountId)).maxWeightedLength;

/**
 * Measures texts as X counts them for that account and, `withCost`, estimates what a post of them would cost now.
 * @throws DomainError `account_not_found`
 */
export const measureForAccount = async (
  deps: Deps,
  workspaceId: string,
  { accountId, texts }: z.infer<typeof measureTexts.request.body>,
  withCost: boolean,
): Promise<z.infer<typeof measureTexts.response>> => {
  const maxWeightedLength = await lengthFor(deps, workspaceId, accountId);
  const measures = await deps.measure(texts, maxWeightedLength);
  const priced = measures.map(({ links }) => ({ hasUrl: links.length > 0, altTexts: 0 }));
  return {
    texts: measures.map((measure, place) => {
      const part = { text: texts[place] ?? '', mediaIds: [], poll: null };
      const faults = findFaults([part], [measure], new Map(), maxWeightedLength);
      return {
        weightedLength: measure.weightedLength,
        maxWeightedLength,
        remaining: maxWeightedLength - measure.weightedLength,
        isValid: faults.length === 0,
        links: [...measure.links],
        faults: faults.map(({ code, message, start, end }) => ({ code, message, start, end })),
      };
    }),
    ...(withCost && { cost: await previewCost(deps, workspaceId, priced, deps.now()) }),
  };
};
