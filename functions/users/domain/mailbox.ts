/** Providers for whom dots in front of the @ are nothing, and who have another name. */
const withoutDots = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mailbox that an address most likely ends in: without the `+tag` that most providers take off, and as Gmail reads
 * addresses. For counting alone: elsewhere these are different people.
 */
export const mailboxOf = (email: string): string => {
  const at = email.lastIndexOf('@');
  const [name, domain] = [email.slice(0, at), email.slice(at + 1)];
  const [untagged = ''] = name.split('+');
  const local = untagged === '' ? name : untagged;
  return withoutDots.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
};
