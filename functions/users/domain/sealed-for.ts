/** What the identity provider's tokens are kept for: a text that was sealed for one does not open for another. */
export type SealedFor =
  { purpose: 'session'; subject: string; sessionId: string } | { purpose: 'totp_enrolment'; subject: string };

export const sealedForEnrolment = (subject: string): SealedFor => ({ purpose: 'totp_enrolment', subject });
