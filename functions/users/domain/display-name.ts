import * as z from 'zod';
import { madeOnce } from '#shared/once.ts';

/**
 * Invisible characters, and those that make text look other than it reads: control characters, halves of surrogate
 * pairs, line separators, bidirectional controls and what Unicode has shown as nothing (UAX #44, UTR #36). Joiners
 * within a word and the variation selector of emoji stay: Persian, Indic scripts and emoji are written with them.
 */
const unseen = madeOnce(
  () => /(?!\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u,
);
const everyUnseen = madeOnce(() => new RegExp(unseen(), 'gu'));
/** Something to see: no blank, no mark without a letter, nothing of the above. */
const seen = madeOnce(() => /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u);

/** What browsers and mail programs take for the dot between the parts of a domain (UTS #46, section 2.3; NFKC). */
const dots = '.\uff0e\u3002\uff61\u2024\ufe52';
const colons = ':\uff1a\ufe55';

/** Schemes that lead somewhere without `//` as well (IANA: URI schemes), of those that mail programs make links of. */
const schemes =
  'https?|ftps?|mailto|tel|sms|callto|facetime|sips?|skype|xmpp|whatsapp|tg|geo|file|data|javascript|vbscript';

/** An address of the web without a name, as IPv4 writes it. */
const networkAddress = new RegExp(`\\d{1,3}(?:[${dots}]\\d{1,3}){3}`);
const everyNetworkAddress = new RegExp(networkAddress, 'g');
const everyDot = new RegExp(`[${dots}]`, 'g');

/**
 * What is no name but leads somewhere: an address of the web, of mail, or a path behind a domain, or a phone number. None
 * of them takes longer than the name is long, from wherever it begins to match.
 */
const leads = madeOnce(() => [
  /:\/\//,
  new RegExp(`\\b(?:${schemes}):\\S`, 'i'),
  networkAddress,
  new RegExp(`\\bwww[${dots}]`, 'i'),
  new RegExp(`\\S@[^\\s@]+[${dots}][\\p{L}\\p{N}]`, 'u'),
  new RegExp(`[\\p{L}\\p{N}][${dots}]\\p{L}{2,}(?::\\d+)?[/?#]\\S`, 'u'),
  /(?:\p{Nd}[ ()./-]{0,2}){10}/u,
]);

/** Also checks the name as read by software that maps lookalike letters to plain ones (UAX #15: NFKC). */
const leadsSomewhere = (name: string): boolean =>
  [name, name.normalize('NFKC')].some((read) => leads().some((form) => form.test(read)));

/**
 * What a person, a workspace or a machine is called: something to read, and nothing to follow, since names stand in
 * mails to strangers. A name such as `Booking.com` is one: mails write it so that no mail program makes a link of it
 * (`harmless`).
 */
export const DisplayName = z
  .string()
  .trim()
  // Longer text is not checked any further.
  .max(100, { abort: true })
  .refine((name) => !unseen().test(name), 'must not contain control, invisible or bidirectional characters')
  .refine((name) => seen().test(name), 'must contain a visible character')
  .refine((name) => !leadsSomewhere(name), 'must not contain a link, an address or a phone number')
  .meta({ description: 'Display name, without links, addresses, phone numbers or invisible characters' });

/** A name as it was accepted at some time: the rules for new ones may be stricter. */
export const StoredName = z.string().min(1).max(100);

/**
 * A name as a mail shows it, however it was written when it was stored: without invisible characters, and with a blank
 * after each dot and colon that would make a domain, a mail address or a link of it; empty if nothing readable is left.
 */
export const harmless = (name: string): string => {
  const shown = name
    .replace(everyUnseen(), '')
    .replace(new RegExp(`(?<=\\S)([${dots}])(?=\\p{L})`, 'gu'), '$1 ')
    .replace(everyNetworkAddress, (address) => address.replace(everyDot, '$& '))
    .replace(new RegExp(`([${colons}])(?=[/\uff0f])|(?<=\\p{L})([${colons}])(?=\\S)`, 'gu'), '$1$2 ');
  return seen().test(shown) ? shown.trim() : '';
};
