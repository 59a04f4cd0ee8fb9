import { digestOf } from './secrets.ts';

/** Random bytes of a link's secret, enough to make it unguessable. */
export const reportSecretBytes = 32;

/** The report that a secret link opens. */
export interface LinkedReport {
  workspaceId: string;
  reportId: string;
}

/** Returns the token of a secret link: workspace and report, by which it is looked up, and the secret (base64url). */
export const reportTokenOf = ({ workspaceId, reportId }: LinkedReport, secret: string): string =>
  `${workspaceId}.${reportId}.${secret}`;

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const token = new RegExp(`^(wsp_${ulid})\\.(rpt_${ulid})\\.[A-Za-z0-9_-]{43}$`);

/** Returns the report that a token names; undefined when the text is not a token. */
export const reportOfToken = (text: string): LinkedReport | undefined => {
  const [, workspaceId, reportId] = token.exec(text) ?? [];
  return workspaceId === undefined || reportId === undefined ? undefined : { workspaceId, reportId };
};

/** Returns the SHA-256 digest of a token in hex, which is stored in its place. */
export const hashOfReportToken = (text: string): string => digestOf(text, 'hex');

/** Path of the page that a token opens. */
export const reportPathOf = (text: string): string => `/v1/shared-reports/${text}`;
