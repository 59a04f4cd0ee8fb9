import * as z from 'zod';
import { madeOnce } from '#shared/once.ts';

/**
 * Invisible characters, and those that make text look different from what it is: control characters, lone surrogates,
 * line separators, bidirectional controls and default-ignorable code points (UAX #44, UTR #36). Joiners and the
 * variation selector of emoji are allowed, because Persian, Indic scripts and emoji need them.
 */
const unseen = madeOnce(
  () => /(?!\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u,
);
const everyUnseen = madeOnce(() => new RegExp(unseen(), 'gu'));
/** A visible character: not a space, a combining mark or any of the above. */
const seen = madeOnce(() => /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u);

/** Characters that browsers and mail programs treat as the dot of a domain name (UTS #46, section 2.3; NFKC). */
const dots = '.\uff0e\u3002\uff61\u2024\ufe52';
const colons = ':\uff1a\ufe55';

/** URI schemes that work without `//` (IANA: URI schemes) and that mail programs turn into links. */
const schemes =
  'https?|ftps?|mailto|tel|sms|callto|facetime|sips?|skype|xmpp|whatsapp|tg|geo|file|data|javascript|vbscript';

/** An IPv4 address, which can be a link without a domain name. */
const networkAddress = new RegExp(`\\d{1,3}(?:[${dots}]\\d{1,3}){3}`);
const everyNetworkAddress = new RegExp(networkAddress, 'g');
const everyDot = new RegExp(`[${dots}]`, 'g');

/** Patterns of links, email addresses, paths after a domain, and phone numbers. All of them match in linear time. */
const leads = madeOnce(() => [
  /:\/\//,
  new RegExp(`\\b(?:${schemes}):\\S`, 'i'),
  networkAddress,
  new RegExp(`\\bwww[${dots}]`, 'i'),
  new RegExp(`\\S@[^\\s@]+[${dots}][\\p{L}\\p{N}]`, 'u'),
  new RegExp(`[\\p{L}\\p{N}][${dots}]\\p{L}{2,}(?::\\d+)?[/?#]\\S`, 'u'),
  /(?:\p{Nd}[ ()./-]{0,2}){10}/u,
]);

/** Also checks the NFKC form, as read by software that maps lookalike letters to plain ones (UAX #15). */
const leadsSomewhere = (name: string): boolean =>
  [name, name.normalize('NFKC')].some((read) => leads().some((form) => form.test(read)));

/**
 * Name of a person, a workspace or a service account: readable text without links, because names appear in emails to
 * strangers. Names such as `Booking.com` are allowed: `harmless` keeps mail programs from turning them into links.
 */
export const DisplayName = z
  .string()
  .trim()
  // Longer text is not checked further.
  .max(100, { abort: true })
  .refine((name) => !unseen().test(name), 'must not contain control, invisible or bidirectional characters')
  .refine((name) => seen().test(name), 'must contain a visible character')
  .refine((name) => !leadsSomewhere(name), 'must not contain a link, an address or a phone number')
  .meta({ description: 'Display name, without links, addresses, phone numbers or invisible characters' });

/** A stored name, accepted under rules that may have become stricter since. */
export const StoredName = z.string().min(1).max(100);

/**
 * A stored name as shown in an email: without invisible characters, and with a space after each dot and colon that
 * would make it a domain, an email address or a link; empty if nothing readable is left.
 */
export const harmless = (name: string): string => {
  const shown = name
    .replace(everyUnseen(), '')
    .replace(new RegExp(`(?<=\\S)([${dots}])(?=\\p{L})`, 'gu'), '$1 ')
    .replace(everyNetworkAddress, (address) => address.replace(everyDot, '$& '))
    .replace(new RegExp(`([${colons}])(?=[/\uff0f])|(?<=\\p{L})([${colons}])(?=\\S)`, 'gu'), '$1$2 ');
  return seen().test(shown) ? shown.trim() : '';
};
