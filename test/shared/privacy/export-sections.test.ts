import { expect, test } from 'vitest';
import { exportSections as ofAccounts } from '#functions/accounts/privacy/export-person.ts';
import { ReportDefinition } from '#functions/analytics/domain/report-definition.ts';
import { defaultRetention } from '#functions/analytics/domain/retention.ts';
import { exportSections as ofAnalytics } from '#functions/analytics/privacy/export-person.ts';
import { newReport } from '#functions/analytics/reports/request-report.ts';
import { alertStore } from '#functions/analytics/store/alerts.ts';
import { postingRulesStore } from '#functions/analytics/store/posting-rules.ts';
import { reportStore } from '#functions/analytics/store/reports.ts';
import { savedReportStore } from '#functions/analytics/store/saved-reports.ts';
import { take } from '#functions/campaigns/domain/campaign.ts';
import { CampaignExperiment } from '#functions/campaigns/domain/experiment.ts';
import { Plan } from '#functions/campaigns/domain/plan.ts';
import { exportSections as ofCampaigns } from '#functions/campaigns/privacy/export-person.ts';
import { campaignStore } from '#functions/campaigns/store/campaigns.ts';
import { planStore } from '#functions/campaigns/store/plans.ts';
import { noApproval } from '#functions/posts/domain/post.ts';
import { exportSections as ofPosts } from '#functions/posts/privacy/export-person.ts';
import { commentStore } from '#functions/posts/store/comments.ts';
import { postItem } from '#functions/posts/store/posts.ts';
import type { ExportSection } from '#shared/privacy/export-person.ts';
import { campaignOf } from '#test/functions/campaigns/harness.ts';
import { accountId, aPost, author, noon, workspaceId } from '#test/functions/posts/samples.ts';
import { memoryTable } from '#test/support/memory/table.ts';

const me = author.actor.id;
const other = 'usr_01KATJ9V5H8Q3M4N5P6R7S8TZZ';
const by = (id: string) => ({ changedBy: { type: 'person', id } });
const entity = {
  ...{ workspaceId, version: 1, createdAt: noon.toISOString(), updatedAt: noon.toISOString(), correlationId: 'c' },
};
const shareOf = (kinds: readonly ExportSection[], kind: string) => {
  const found = kinds.find((each) => each.kind === kind);
  if (!found) throw new Error(`no kind ${kind}`);
  return found.shareOf;
};

test('a post is exported in full to its writer, and only the decision to whoever decided on it', () => {
  const approval = { ...noApproval, status: 'approved' as const, decidedBy: other, decidedAt: noon.toISOString() };
  const post = postItem(aPost({ writtenBy: me, approval, parts: [{ text: 'Mine', mediaIds: [], poll: null }] }));
  const share = shareOf(ofPosts, 'post');
  expect(share(post, me)).toMatchObject({ written: { parts: [{ text: 'Mine' }] } });
  const decided = share(post, other);
  expect(decided).toMatchObject({ decision: 'approved', decidedAt: noon.toISOString() });
  expect(JSON.stringify(decided)).not.toContain('Mine');
  expect(share(post, 'usr_01KATJ9V5H8Q3M4N5P6R7S8TYY')).toBeUndefined();
});

test('a comment is found by the key prefix of its section and exported only to its writer', async () => {
  const { table, items } = memoryTable(() => noon);
  const postId = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V';
  const said = { id: 'cmt_01KATJ9V5H8Q3M4N5P6R7S8T9V', workspaceId, postId, text: 'Nice', writtenBy: me, about: null };
  await commentStore(table).create(said, author);
  const [kept] = [...items.values()];
  const kind = ofPosts.find((each) => each.kind === 'comment');
  expect(String(kept?.sk).startsWith(kind?.prefix ?? '-')).toBe(true);
  expect(kind?.shareOf(kept ?? {}, me)).toMatchObject({ text: 'Nice', postId });
  expect(kind?.shareOf(kept ?? {}, other)).toBeUndefined();
});

test('a campaign is exported to its last editor and its owner, its steps, plans and sign-offs to their authors', async () => {
  const { table, items } = memoryTable(() => noon);
  const campaigns = campaignStore(table);
  const experiment = CampaignExperiment.parse({
    variants: [
      { key: 'a', name: 'As always' },
      { key: 'b', name: 'With a question' },
    ],
    ...{ control: 'a', metric: 'likes', seed: 'seed', trackId: 'one', registeredAt: noon.toISOString() },
    ...{ contents: { writing: 'evt_1', parts: 1 }, conclusion: null },
    signedOff: { by: other, at: noon.toISOString(), note: 'A first try' },
  });
  const draft = await campaigns.create(campaignOf({ ownerId: other, brief: 'Warm drinks', experiment }), author);
  const note = 'It was too long';
  await campaigns.save(take(draft, 'archive', { by: me, now: noon, note }), author);
  const difference = { counts: { added: 0, moved: 0, dropped: 0, content_replaced: 0 }, slots: [], settings: [] };
  const version = { version: 1, at: noon.toISOString(), by: me, note, slots: 0, difference };
  const plan = Plan.parse({
    ...{ timeZone: 'UTC', seed: 'seed' },
    tracks: [
      {
        ...{ id: 'one', accountIds: [accountId] },
        content: { kind: 'posts', postIds: ['pst_01KATJ9V5H8Q3M4N5P6R7S8T9V'] },
        times: { kind: 'fixed', instants: [noon.toISOString()] },
      },
    ],
  });
  const { head } = await planStore(table).write(workspaceId, draft.id, version, { plan, outline: [] }, 'evt_1');
  await table.transact([head]);
  const shared = (personId: string) =>
    ofCampaigns.flatMap(({ kind, prefix, shareOf: share }) =>
      [...items.values()]
        .filter(({ sk }) => String(sk).startsWith(prefix))
        .flatMap((item) => {
          const found = share(item, personId);
          return found ? [{ kind, ...found }] : [];
        }),
    );
  const campaign = { kind: 'campaign', campaignId: draft.id, name: 'Spring', brief: 'Warm drinks' };
  expect(shared(me)).toMatchObject([
    campaign,
    { kind: 'campaign_step', campaignId: draft.id, transition: 'archive', note },
    { kind: 'campaign_plan', campaignId: draft.id, version: 1, note },
  ]);
  expect(shared(other)).toMatchObject([
    campaign,
    { kind: 'experiment_sign_off', campaignId: draft.id, note: 'A first try' },
  ]);
  expect(shared('usr_01KATJ9V5H8Q3M4N5P6R7S8TYY')).toEqual([]);
});

test('an account is exported to whoever changed it last or confirmed its automation', () => {
  const automation = { label: true, bio: true, managedBy: 'ada_l', confirmedBy: me, confirmedAt: noon.toISOString() };
  const account = {
    ...{ ...entity, ...by(other), id: accountId, xUserId: '1', username: 'acme', name: 'Acme', profileImageUrl: null },
    ...{ isProtected: false, subscription: 'None', verifiedType: 'none', capabilities: { maxWeightedLength: 280 } },
    ...{ status: 'connected', health: 'healthy', healthReason: null, healthAdvice: null, limitedUntil: null },
    ...{ healthSince: noon.toISOString(), failuresInARow: 0, probedAt: noon.toISOString(), automation },
    ...{ connectedAt: noon.toISOString(), connectionCount: 1, disconnectedAt: null },
  };
  const share = shareOf(ofAccounts, 'account');
  expect(share(account, me)).toMatchObject({ username: 'acme', automation: { managedBy: 'ada_l' } });
  expect(share(account, other)).not.toHaveProperty('automation');
  expect(share({ ...account, automation: null }, me)).toBeUndefined();
});

test('a report is exported to whoever requested it, a saved report to its creator and its recipients', async () => {
  const { table, items } = memoryTable(() => noon);
  const definition = ReportDefinition.parse({ title: 'Mine', period: { kind: 'relative', days: 'last_7_days' } });
  const period = { from: '2026-11-15', to: '2026-11-21', timeZone: 'UTC' };
  const ids = { id: 'rpt_01KATJ9V5H8Q3M4N5P6R7S8T9V', workspaceId, savedReportId: null };
  const wanted = { ...ids, definition, period, createdBy: author.actor, recipients: [] };
  await reportStore(table).save(newReport(wanted, defaultRetention, noon, author), author);
  const made = { id: 'svr_01KATJ9V5H8Q3M4N5P6R7S8T9V', workspaceId, createdBy: author.actor, deletedAt: null };
  const saved = { ...made, definition, schedule: null, recipients: [other], nextAt: null };
  await savedReportStore(table).create(saved, author);
  const sharesOf = (personId: string) =>
    [...items.values()].flatMap((item) =>
      ofAnalytics
        .filter(({ prefix }) => String(item.sk).startsWith(prefix))
        .flatMap(({ kind, shareOf }) => ({ kind, share: shareOf(item, personId) }))
        .filter(({ share }) => share !== undefined),
    );
  expect(sharesOf(me)).toMatchObject([
    { kind: 'report', share: { title: 'Mine', period } },
    { kind: 'saved_report', share: { title: 'Mine', isTheirs: true, isRecipient: false } },
  ]);
  expect(sharesOf(other)).toMatchObject([{ kind: 'saved_report', share: { isTheirs: false, isRecipient: true } }]);
});

test('alerts are exported to their recipient, and posting rules to whoever changed them last', async () => {
  const { table, items } = memoryTable(() => noon);
  const alerts = alertStore(table);
  const settings = { workspaceId, personId: me, thresholds: [], anomalies: true, goals: false };
  await alerts.createSettings(settings, author);
  const raised = {
    workspaceId,
    personId: me,
    key: 'anomaly-1',
    kind: 'anomaly',
    accountId,
    campaignId: null,
    campaignName: null,
  } as const;
  await alerts.create({ ...raised, statement: 'Few likes', isOn: false, raisedAt: noon.toISOString() }, author);
  await postingRulesStore(table).create({ workspaceId, accountId, timeZone: 'UTC', rules: [] }, author);
  const shares = (personId: string) =>
    ofAnalytics.flatMap(({ prefix, shareOf: share }) =>
      [...items.values()]
        .filter(({ sk }) => String(sk).startsWith(prefix))
        .flatMap((item) => share(item, personId) ?? []),
    );
  expect(shares(me)).toMatchObject([{ anomalies: true }, { statement: 'Few likes' }, { accountId, timeZone: 'UTC' }]);
  expect(shares(other)).toEqual([]);
});
