import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence that says when it is answered. */
export const errorCodes = {
  invalid: {
    invalid_code: 'The code is wrong or has expired.',
    invalid_email: 'No mail can be sent to this address.',
    weak_password: 'The password does not meet the password rules.',
    common_password: 'The password is one of the most common ones.',
    personal_password: "The password contains the person's name or address.",
    invalid_totp: 'The authenticator code is wrong or already used, or the sign-in took too long.',
    invalid_email_codes: 'One of the two codes is wrong, or they have expired.',
    not_a_refresh_token: 'This is not a refresh token.',
    invalid_invitation: 'The invitation does not exist, has expired, was revoked, or is for someone else.',
    wrong_name: 'The name is not the name of the workspace.',
    invalid_unsubscribe_token: 'The link is no longer valid.',
  },
  unauthenticated: {
    invalid_credentials: 'The address or the password is wrong, or the sign-up is not confirmed yet.',
    invalid_refresh_token: 'The refresh token is no longer valid. Sign in again.',
    invalid_client: 'The client id or secret is wrong, or the service account was revoked.',
  },
  forbidden: {
    no_workspace: 'The person belongs to no workspace; a sign-up that was just made may need confirming again.',
    role_above_own: "The role to give, or the role of the member or service account, is above the caller's own.",
    only_people: 'A service account has no personal data.',
    address_not_allowed: 'The service account may not be used from this IP address.',
  },
  'not-found': {
    workspace_not_found: 'There is no such workspace, or the caller is not in it.',
    member_not_found: 'There is no such member in this workspace.',
    invitation_not_found: 'There is no such invitation in this workspace.',
    service_account_not_found: 'There is no such service account in this workspace.',
    session_not_found: 'The caller has no such session.',
    export_not_found: 'There is no such export.',
    compliance_report_not_found: 'There is no such compliance report in this workspace.',
  },
  conflict: {
    email_taken: 'Someone already signs in with this address.',
    totp_enrolled: 'An authenticator is already enrolled. Disable it first.',
    totp_not_begun: 'No enrolment is under way, or it took too long. Begin again with the password.',
    own_mfa_missing: 'The caller cannot require a second factor without having enrolled one.',
    last_owner: 'The workspace would be left without an active owner.',
    no_heir: 'Ownership can only go to another active member.',
    already_a_member: 'This person is already a member, active or disabled.',
    already_invited: 'This address already has an open invitation.',
    invitation_closed: 'The invitation was already accepted or revoked.',
    too_many: 'The maximum number has been reached.',
    deletion_scheduled: 'The workspace is already scheduled for deletion.',
    not_being_deleted: 'The workspace is not scheduled for deletion, or it is too late to call it off.',
    service_account_revoked: 'The service account was revoked.',
    sole_owner: 'The person is the only owner of a workspace that has other members.',
  },
  'rate-limited': {
    too_many_tries: 'Too many failed attempts. Retry after the number of seconds in `Retry-After`.',
    exported_today: 'Personal data can be exported once in 24 hours.',
    daily_limit: 'The daily limit (UTC) has been reached.',
  },
} as const satisfies ErrorCodes;

export type UserErrors = typeof errorCodes;
