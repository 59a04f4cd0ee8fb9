import { parquetWriteBuffer } from 'hyparquet-writer';
import { type RawColumn, rawColumns } from '../domain/raw-readings.ts';
import { type DatedReading, type ReadingBatch, readingsByPost } from '../domain/reading.ts';

/**
 * Returns the readings of an account's posts of a day as Parquet, post by post: the same readings give the same file.
 */
export const parquetOf = (batches: readonly ReadingBatch[]): Buffer => {
  const [accountId = ''] = batches.map((batch) => batch.accountId);
  const rows = [...readingsByPost(batches)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, readings]) => readings.map((reading) => rowOf(accountId, reading)));
  const columnData = (Object.keys(rawColumns) as RawColumn[]).map((name) => ({
    name,
    type: rawColumns[name],
    data: rows.map((row) => typed(row[name])),
    nullable: true,
  }));
  return Buffer.from(parquetWriteBuffer({ columnData }));
};

const rowOf = (accountId: string, reading: DatedReading): Record<RawColumn, string | number | Date | null> => {
  const {
    postId,
    campaignId,
    variant,
    publishedAt,
    latenessMs,
    costMicros,
    measuredAt,
    availability,
    metrics,
    shortLinkClicks,
  } = reading;
  return {
    ...{ post_id: postId, account_id: accountId, campaign_id: campaignId, variant },
    ...{ published_at: new Date(publishedAt), lateness_ms: latenessMs, cost_micros: costMicros },
    ...{ measured_at: new Date(measuredAt), availability },
    ...{ impressions: metrics?.impressions ?? null, likes: metrics?.likes ?? null, reposts: metrics?.reposts ?? null },
    ...{ replies: metrics?.replies ?? null, quotes: metrics?.quotes ?? null, bookmarks: metrics?.bookmarks ?? null },
    ...{ url_clicks: metrics?.urlClicks ?? null, profile_clicks: metrics?.profileClicks ?? null },
    short_link_clicks: shortLinkClicks,
  };
};

/** All numbers are integers, which Parquet stores as INT64. */
const typed = (value: string | number | Date | null): string | bigint | Date | null =>
  typeof value === 'number' ? BigInt(value) : value;
