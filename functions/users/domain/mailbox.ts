/** Domains of Gmail, which ignores dots in the local part. */
const withoutDots = new Set(['gmail.com', 'googlemail.com']);

/**
 * Returns the mailbox that an address most likely belongs to: without the `+tag` that most providers ignore, and
 * normalized as by Gmail. Only for counting; elsewhere these are different people.
 */
export const mailboxOf = (email: string): string => {
  const at = email.lastIndexOf('@');
  const [name, domain] = [email.slice(0, at), email.slice(at + 1)];
  const [untagged = ''] = name.split('+');
  const local = untagged === '' ? name : untagged;
  return withoutDots.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
};
