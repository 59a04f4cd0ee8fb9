import { priceOf } from '#shared/x-prices.ts';

/**
 * The story that all examples tell together: on 2026-11-22 Maya Lindqvist of the Example Shop plans and launches the
 * campaign "Spring collection", approved by a colleague. Its first post is published on 2026-11-24, and measured a day
 * later.
 */

export const ulid = '01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const maya = `usr_${ulid}`;
/** Another person than the author: whoever approves content must not have written it. */
export const colleague = 'usr_01KATJ9V5H8Q3M4N5P6R7S8TAW';
export const [accountId, campaignId, postId] = [`acc_${ulid}`, `cmp_${ulid}`, `pst_${ulid}`];
export const [submittedEvent, measuredEvent] = ['evt_01KATJ9V5H8Q3M4N5P6R7S8TAV', 'evt_01KATJ9V5H8Q3M4N5P6R7S8TAW'];

export const created = '2026-11-22T09:03:00Z';
export const edited = '2026-11-22T09:10:00Z';
export const submitted = '2026-11-22T09:15:00Z';
export const decided = '2026-11-22T10:20:00Z';
export const updated = '2026-11-22T10:41:00Z';
/** What is done to something after its usual state. */
export const later = '2026-11-22T10:45:00Z';
export const due = '2026-11-24T08:30:00Z';
export const published = '2026-11-24T08:30:01Z';
export const measured = '2026-11-25T08:30:00Z';

export const withLink = priceOf('post_create_with_url', new Date(due));

/** SHA-256 of the content of the post, and of events and receipts in their chains. */
export const contentHash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const report = '3f9a1c0e5b7d24688a6c1e0f9b3d5a72';
/** The report with which the campaign was submitted; the one that it was launched with is of after the approval. */
export const reviewedReport = '7c2b9e41d0a8f3566b1d4e7f2a90c8e3';
export const secret = 'q2Zx7Rk0Yw3bVtHn5sLdPcJe8uGmAf1oXiB4T6yQrKE';
export const totpSecret = 'JBSWY3DPEHPK3PXP';
export const comment = 'Please check the date of the launch before this goes out.';
export const note = 'One more week for the raincoats.';

export const link = 'https://example.com/spring';
/** The link with the UTM parameters of the campaign, as the campaign publishes it. */
export const markedLink = `${link}?utm_source=x&utm_medium=social&utm_campaign=spring_2027`;
export const newIn = (product: string, to = link): string =>
  `New in our shop: ${product}. See the whole spring collection: ${to}`;
export const post = newIn('raincoats');
/** X counts every link as 23 characters. */
export const weightedLength = post.length - link.length + 23;
export const singleDue = '2026-11-27T08:30:00Z';

/** The plan: twelve posts, on three days a week from 2026-11-24 to 2026-12-17. */
export const products = [
  ...['raincoats', 'umbrellas', 'rubber boots', 'scarves', 'linen shirts', 'sun hats'],
  ...['canvas bags', 'sandals', 'summer dresses', 'swimwear', 'picnic rugs', 'flower seeds'],
];
/** As it was first written. */
export const asCreated = { version: 1, updatedAt: created };
/** The launched campaign with a newer plan that is not in effect yet. */
export const replanned = { version: 14, updatedAt: later, planVersion: 3 };
/** What every step of `StepRequest` is asked with. */
export const stepNote = 'The prices are being checked.';
