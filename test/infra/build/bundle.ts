import { basename } from 'node:path';
import type { Metafile } from 'esbuild';

/** Every environment variable that some function requires; no value is used before the first request. */
export const functionEnvironment: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_LAMBDA_FUNCTION_NAME: 'function',
  TABLE_NAME: 'table',
  BUS_NAME: 'bus',
  MEDIA_BUCKET: 'bucket',
  MEDIA_BYTES: '1000000',
  MEDIA_UPLOADS: '10',
  X_SECRET_ARN: 'secret',
  RECEIPT_SECRET_ARN: 'secret',
  AUDIT_SECRET_ARN: 'secret',
  OPERATOR_SECRET_ARN: 'secret',
  AUDIT_BUCKET: 'bucket',
  PERSON_BUCKET: 'person-bucket',
  REPORT_BUCKET: 'report-bucket',
  RAW_BUCKET: 'raw-bucket',
  X_API_URL: 'https://api.x.com',
  X_AUTHORIZE_URL: 'https://x.com',
  X_REDIRECT_URI: 'https://localhost/x/callback',
  X_CALL_SECONDS: '10',
  X_FUNCTION_SECONDS: '30',
  X_PAUSE_SECONDS: '60',
  X_APP_PAUSE_SECONDS: '900',
  X_JITTER_SECONDS: '15',
  X_APP_POSTS_PER_DAY: '10000',
  PROBE_EVERY_SECONDS: '86400',
  FAULT_PAUSE_SECONDS: '60',
  SETTLE_SECONDS: '60',
  USER_POOL_ID: 'us-east-1_pool',
  USER_POOL_CLIENT_ID: 'client',
  MACHINE_CLIENT_ID: 'machines',
  ENROLMENT_CLIENT_ID: 'enrolment',
  ADDRESSES_PER_NETWORK: '100',
  DELETION_GRACE_DAYS: '14',
  PUBLIC_URL: 'https://example.com',
  LINKS_URL: 'https://example.com',
  API_URL: 'https://localhost',
  REGISTRY_PATH: '/services',
  WEBHOOK_SECRET_ARN: 'secret',
  WEBHOOK_RETRY_SECONDS: '[5,300,1800]',
  OUTBOUND_EXCEPTIONS: '[]',
  DELIVERIES_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/deliveries',
};

/** The files that are read when the function's entry is imported: the entry and its static imports. */
export const staticClosure = ({ outputs }: Metafile): string[] => {
  const read = new Set<string>();
  const add = (path: string): void => {
    if (read.has(path)) return;
    read.add(path);
    for (const { kind, external, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) add(imported);
    }
  };
  for (const path of Object.keys(outputs)) if (basename(path) === 'index.mjs') add(path);
  return [...read];
};
