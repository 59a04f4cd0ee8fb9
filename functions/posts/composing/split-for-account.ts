import type * as z from 'zod';
import type { Deps } from '../deps.ts';
import type { splitText } from './contract.ts';
import { lengthFor } from './measure.ts';
import { splitIntoParts } from './split.ts';

/**
 * Splits a text into parts of a thread that fit the account.
 * @throws DomainError `account_not_found`, and those of `splitIntoParts`
 */
export const splitForAccount = async (
  deps: Deps,
  workspaceId: string,
  { accountId, text, numbering }: z.infer<typeof splitText.request.body>,
): Promise<z.infer<typeof splitText.response>> => {
  const maxWeightedLength = await lengthFor(deps, workspaceId, accountId);
  const parts = splitIntoParts(text, { maxWeightedLength, numbering });
  return { parts: parts.map((part) => ({ ...part, maxWeightedLength })) };
};
