/** What a token of the identity provider is sealed for; sealed for one, it cannot be opened for another. */
export type SealedFor =
  { purpose: 'session'; subject: string; sessionId: string } | { purpose: 'totp_enrolment'; subject: string };

export const sealedForEnrolment = (subject: string): SealedFor => ({ purpose: 'totp_enrolment', subject });
