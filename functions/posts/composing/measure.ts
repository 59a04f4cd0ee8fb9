import type * as z from 'zod';
import { connectedAccount } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { findFaults } from '../domain/content.ts';
import type { measureTexts, splitText } from './contract.ts';
import { previewCost } from './cost.ts';
import { splitIntoParts } from './split.ts';

/** Of an account without Premium (docs.x.com, "Counting characters"). */
const usualLength = 280;

const lengthFor = async (deps: Deps, workspaceId: string, accountId: string | undefined): Promise<number> =>
  accountId === undefined ? usualLength : (await connectedAccount(deps, workspaceId, accountId)).maxWeightedLength;

/**
 * The texts as X counts them for that account and, `withCost`, what a post of them would cost now.
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

/** The text as parts of a thread that each fit the account. @throws DomainError `account_not_found`, and as splitting does */
export const splitForAccount = async (
  deps: Deps,
  workspaceId: string,
  { accountId, text, numbering }: z.infer<typeof splitText.request.body>,
): Promise<z.infer<typeof splitText.response>> => {
  const maxWeightedLength = await lengthFor(deps, workspaceId, accountId);
  const parts = splitIntoParts(text, { maxWeightedLength, numbering });
  return { parts: parts.map((part) => ({ ...part, maxWeightedLength })) };
};
