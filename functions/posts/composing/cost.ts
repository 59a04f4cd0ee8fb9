import type * as z from 'zod';
import { billingMonthOf, creationOf, priceOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import { filesOf } from '../read-files.ts';
import type { CostPreview } from './contract.ts';

type CostPreview = z.infer<typeof CostPreview>;

/** What determines X's price of a part. */
interface Priced {
  hasUrl: boolean;
  /** Files with alt text: X charges for each. */
  altTexts: number;
}

const usd = (micros: number): string => `${(micros / 1_000_000).toFixed(3)} USD`;

/** What X charges for the parts of a post published at that instant (X API: pricing), in micro-dollars. */
export const priceParts = (parts: readonly Priced[], at: Date): Omit<CostPreview, 'budget'> => {
  const surcharge = priceOf('post_create_with_url', at) - priceOf('post_create', at);
  const priced = parts.map(({ hasUrl, altTexts }, part) => ({
    part,
    hasUrl,
    priceMicros: priceOf(creationOf({ hasUrl }), at) + altTexts * priceOf('media_metadata', at),
  }));
  const totalMicros = priced.reduce((sum, { priceMicros }) => sum + priceMicros, 0);
  const linked = parts.filter(({ hasUrl }) => hasUrl).length;
  const linkSurchargeMicros = linked * surcharge;
  const withoutLinksMicros = totalMicros - linkSurchargeMicros;
  const cheaper =
    linked === 0
      ? null
      : `Without ${linked === 1 ? 'its link' : 'its links'} it costs ${usd(withoutLinksMicros)} instead of ` +
        `${usd(totalMicros)}. Put the link in the profile and refer to it, or use a call to action without a link.`;
  return { parts: priced, totalMicros, linkSurchargeMicros, withoutLinksMicros, cheaper };
};

/** The price, with the workspace's spending and budget in the month of that instant. */
export const previewCost = async (
  { settings, spending }: Pick<Deps, 'settings' | 'spending'>,
  workspaceId: string,
  parts: readonly Priced[],
  at: Date,
): Promise<CostPreview> => {
  const price = priceParts(parts, at);
  const month = billingMonthOf(at);
  const [{ monthlyBudgetMicros: budgetMicros }, spent] = await Promise.all([
    settings.get(workspaceId),
    spending.find(workspaceId, month),
  ]);
  const spentMicros = spent?.spentMicros ?? 0;
  const fits = budgetMicros === null || spentMicros + price.totalMicros <= budgetMicros;
  return { ...price, budget: { month, spentMicros, budgetMicros, asOf: spent?.asOf ?? null, fits } };
};

/** What X charges for a post, by the prices and month of its time (without one: of now), and by the current budget. */
export const previewCostOfPost = async (deps: Deps, post: Post): Promise<CostPreview> => {
  const files = await filesOf(deps, post);
  const parts = post.parts.map(({ mediaIds }, part) => ({
    hasUrl: post.urlParts.includes(part),
    altTexts: mediaIds.filter((id) => (files.get(id)?.altText ?? null) !== null).length,
  }));
  const at = post.publication?.publishedAt ?? post.scheduledAt;
  return previewCost(deps, post.workspaceId, parts, at === null ? deps.now() : new Date(at));
};
