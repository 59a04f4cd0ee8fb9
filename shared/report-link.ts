import { digestOf } from './secrets.ts';

/** Random bytes of the secret in a link, enough to make it unguessable. */
export const reportSecretBytes = 32;

/** The report that a secret link opens. */
export interface LinkedReport {
  workspaceId: string;
  reportId: string;
}

/** The token of a secret link: the workspace and the report, by which it is found, and the secret (base64url). */
export const reportTokenOf = ({ workspaceId, reportId }: LinkedReport, secret: string): string =>
  `${workspaceId}.${reportId}.${secret}`;

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const token = new RegExp(`^(wsp_${ulid})\\.(rpt_${ulid})\\.[A-Za-z0-9_-]{43}$`);

/** The report that a token names; undefined when it is not a token. */
export const reportOfToken = (text: string): LinkedReport | undefined => {
  const [, workspaceId, reportId] = token.exec(text) ?? [];
  return workspaceId === undefined || reportId === undefined ? undefined : { workspaceId, reportId };
};

/** What is kept of a token: its SHA-256 digest in hex. */
export const hashOfReportToken = (text: string): string => digestOf(text, 'hex');

/** Path of the page that a token opens. */
export const reportPathOf = (text: string): string => `/v1/shared-reports/${text}`;
