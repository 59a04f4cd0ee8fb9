/** Reason codes of held, failed and missed posts, as API descriptions list them. */
export const reasonCodes = {
  held:
    '`approval_missing`, `changed_after_launch`, `policy_<rule>`, `account_<health>`, `account_stopped`, ' +
    '`workspace_stopped`, `budget_exhausted`, `campaign_paused`, `campaign_cancelled`, `missed_ask`, `media_missing`, ' +
    '`x_unclear`, `gave_up`',
  failed: '`x_duplicate`, `x_forbidden`, `x_invalid`, `x_not_found`, `x_media_failed`, `media_missing`',
  missed: '`missed`',
  /** Retried by the platform. */
  delayed:
    '`x_rate_limited`, `x_unreachable`, `x_credits_spent`, `x_spend_capped`, `x_usage_capped`, `x_app_not_enrolled`, ' +
    "`app_posts_used` (X's daily limit of posts for the app, or the workspace's share of it, is used up until the next UTC day)",
  /** Of a post that could not be deleted on X, or reposted there. */
  onX: '`account_<health>`, `account_stopped` and `workspace_stopped` (reposts), `x_forbidden`, `x_invalid`, `x_not_found`, `fault`',
} as const;
