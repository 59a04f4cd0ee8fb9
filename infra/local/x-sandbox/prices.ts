/**
 * X's pay-per-use price list (docs.x.com, "Pricing", August 2026) in millionths of a US dollar: per request for
 * writes, per resource for reads. Media upload calls are not on the list.
 */
export const PRICES = {
  postCreate: 15_000,
  postCreateWithUrl: 200_000,
  summonedReply: 10_000,
  interactionCreate: 15_000,
  contentManage: 5_000,
  mediaMetadata: 5_000,
  postRead: 5_000,
  userRead: 10_000,
} as const;

/** An item on the bill. Reading a resource again on the same UTC day costs nothing. */
export interface Charge {
  kind: keyof typeof PRICES;
  resource?: string;
}
