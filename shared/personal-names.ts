/** Fields that hold personal data, by name. Written by `node infra/personal-data.ts` from the schemas. */
export const personalNames: ReadonlySet<string> = new Set([
  'allowedMentions',
  'device',
  'email',
  'lastSignInAt',
  'lastSignOutAt',
  'lastUsedAt',
  'managedBy',
  'name',
  'network',
  'parts',
  'profileImageUrl',
  'subject',
  'text',
  'userName',
  'username',
  'xUserId',
]);
