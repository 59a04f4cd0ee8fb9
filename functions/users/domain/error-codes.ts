import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    invalid_code: 'The code is wrong or has expired. Request a new one.',
    invalid_email: 'Emails cannot be sent to this address. Use another one.',
    weak_password: 'The password does not meet the password rules.',
    common_password: 'The password is too common.',
    personal_password: "The password contains the person's name or email address.",
    invalid_totp: 'The authenticator code is wrong or already used, or the sign-in took too long. Try again.',
    invalid_email_codes: 'One of the two codes is wrong, or they have expired. Check them, or start again.',
    not_a_refresh_token: 'This is not a refresh token. Send the latest one of the session, or none.',
    invalid_invitation:
      'The invitation does not exist, was used or revoked, has expired or is for someone else; or the password is not ' +
      'that of the existing account. Check the password, or ask for a new invitation.',
    wrong_name: 'The name does not match the workspace. Enter its exact name.',
    invalid_unsubscribe_token: 'The unsubscribe link is invalid or has expired. Use the link in a newer email.',
  },
  unauthenticated: {
    invalid_credentials: 'The email address or password is wrong, or the sign-up is not confirmed yet.',
    invalid_refresh_token: 'The refresh token is no longer valid. Sign in again.',
    invalid_client: 'The client id or secret is wrong, or the service account was revoked.',
  },
  forbidden: {
    no_workspace:
      'The sign-up was not completed, or the person is being erased. After a recent sign-up, confirm it again.',
    role_above_own:
      "The role to give, or the role of the member or service account, is above the caller's own. Ask a member with that role or a higher one.",
    only_people: 'A service account has no personal data to export.',
    address_not_allowed:
      'The service account cannot be used from this IP address. Ask an owner or admin to add it to `allowedAddresses`.',
  },
  'not-found': {
    workspace_not_found: 'There is no such workspace, or the caller is not an active member of it.',
    member_not_found: 'There is no such member in this workspace.',
    invitation_not_found: 'There is no such invitation in this workspace.',
    service_account_not_found: 'There is no such service account in this workspace.',
    session_not_found: 'The caller has no such session.',
    export_not_found: 'There is no such export.',
    compliance_report_not_found: 'There is no such compliance report in this workspace.',
  },
  conflict: {
    email_taken: 'The email address is already in use. Use another one.',
    totp_enrolled: 'An authenticator is already enrolled. Remove it first.',
    totp_not_begun: 'No enrolment is in progress, or it took too long. Start again with the password.',
    own_mfa_missing: 'The caller has no second factor, so cannot require one. Enrol one first.',
    last_owner: 'The workspace would have no active owner. Make another member owner first, or delete the workspace.',
    no_heir: 'Ownership can only be transferred to another active member.',
    already_a_member: 'This person is already a member. A disabled member can be enabled again.',
    already_invited: 'The address already has an open invitation. Resend it instead.',
    invitation_closed: 'The invitation was already accepted or revoked. Create a new one to invite the person again.',
    too_many: 'The maximum number of workspaces, members or service accounts is reached. Remove one first.',
    deletion_scheduled: 'The deletion of the workspace is already scheduled.',
    not_being_deleted: 'No deletion of the workspace is scheduled, or it has already begun.',
    service_account_revoked: 'The service account was revoked. Create a new one.',
    sole_owner:
      'The person is the only owner of a workspace with other members. Transfer ownership or remove the others first.',
  },
  'rate-limited': {
    too_many_tries: 'Too many failed attempts. Retry after the number of seconds in `Retry-After`.',
    exported_today:
      'Personal data can be exported once every 24 hours. Retry after the number of seconds in `Retry-After`.',
    daily_limit: 'The limit per UTC day is reached. Retry after the number of seconds in `Retry-After`.',
  },
} as const satisfies ErrorCodes;

export type UserErrors = typeof errorCodes;
