/** Column types that both Parquet and Athena support. Times are in UTC, to the millisecond. */
type ColumnType = 'STRING' | 'INT64' | 'TIMESTAMP';

/** The columns of raw readings, one row for each reading of a post; counters that were not reported are null. */
export const rawColumns = {
  post_id: 'STRING',
  account_id: 'STRING',
  campaign_id: 'STRING',
  variant: 'STRING',
  published_at: 'TIMESTAMP',
  lateness_ms: 'INT64',
  cost_micros: 'INT64',
  measured_at: 'TIMESTAMP',
  availability: 'STRING',
  impressions: 'INT64',
  likes: 'INT64',
  reposts: 'INT64',
  replies: 'INT64',
  quotes: 'INT64',
  bookmarks: 'INT64',
  url_clicks: 'INT64',
  profile_clicks: 'INT64',
  short_link_clicks: 'INT64',
} as const satisfies Record<string, ColumnType>;

export type RawColumn = keyof typeof rawColumns;

/** Prefix of all raw readings in their bucket, and their partitions: workspace, and UTC day of publication. */
export const rawPrefix = 'readings/';
export const rawPartitions = ['workspace_id', 'day'] as const;

/** Returns the prefix of the raw readings of a workspace. */
export const rawPrefixOf = (workspaceId: string): string => `${rawPrefix}workspace_id=${workspaceId}/`;

/** Returns the key of the file of an account and day. */
export const rawKeyOf = ({
  workspaceId,
  day,
  accountId,
}: Record<'workspaceId' | 'day' | 'accountId', string>): string =>
  `${rawPrefixOf(workspaceId)}day=${day}/${accountId}.parquet`;

/** Returns the day of a file from its key. */
export const rawDayOf = (key: string): string => /\/day=([\d-]+)\//.exec(key)?.[1] ?? '';
