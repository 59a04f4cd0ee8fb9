/** Reason codes of held, failed and missed posts, as API descriptions list them. */
export const reasonCodes = {
  held:
    '`approval_missing`, `changed_after_launch`, `policy_<rule>`, `account_<health>`, `account_stopped`, ' +
    '`workspace_stopped`, `budget_exhausted`, `campaign_paused`, `campaign_cancelled`, `missed_ask`, `media_missing`, ' +
    '`x_unclear`, `gave_up`',
  failed: '`x_duplicate`, `x_forbidden`, `x_invalid`, `x_not_found`, `x_media_failed`, `media_missing`',
  missed: '`missed`',
  /** Of a post that could not be deleted on X, or reposted there. */
  onX: '`account_<health>`, `account_stopped` and `workspace_stopped` (reposts), `x_forbidden`, `x_invalid`, `x_not_found`, `fault`',
} as const;
