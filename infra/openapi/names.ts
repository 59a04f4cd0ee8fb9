import type * as z from 'zod';
import { AccountHealth, DisconnectReason } from '#events/accounts.ts';
import { Utm } from '#events/campaigns.ts';
import { FeedFailure, HookScheme } from '#events/platform.ts';
import { Poll, ReplySettings } from '#events/post-options.ts';
import { PublicEventType } from '#events/public-events.ts';
import { WorkspaceSettings } from '#events/workspace-settings.ts';
import { Threshold } from '#functions/analytics/domain/alert-settings.ts';
import { Metric } from '#functions/analytics/domain/figures.ts';
import { InsightKind } from '#functions/analytics/domain/insight.ts';
import { InsightMetric } from '#functions/analytics/domain/insight-details.ts';
import { KeptKind } from '#functions/analytics/domain/kept-insight.ts';
import { Snapshot } from '#functions/analytics/domain/metrics.ts';
import { Availability, PostAvailability } from '#functions/analytics/domain/reading.ts';
import { ReportStatus } from '#functions/analytics/domain/report.ts';
import {
  RelativeDays,
  ReportFormat,
  ReportGroup,
  ReportPeriod,
} from '#functions/analytics/domain/report-definition.ts';
import { Compare } from '#functions/analytics/performance/contract.ts';
import { PostMetricName } from '#functions/campaigns/domain/automation-step.ts';
import { CapKind } from '#functions/campaigns/domain/budget.ts';
import { Campaign, Goal, LeftAlone, Placement } from '#functions/campaigns/domain/campaign.ts';
import {
  CampaignExperiment,
  Comparison,
  ExperimentMetric,
  FinalOutcome,
  Split,
  Trial,
  VariantContent,
  WeekdayClass,
} from '#functions/campaigns/domain/experiment.ts';
import { CampaignStatus } from '#functions/campaigns/domain/lifecycle.ts';
import { SlotContent, Times, TrackContent } from '#functions/campaigns/domain/plan.ts';
import { EditScope, PlanChange, PlanEdit } from '#functions/campaigns/domain/plan-edit.ts';
import {
  CatchUpPolicy,
  CollisionPolicy,
  GapPolicy,
  MonthEndPolicy,
  OverlapPolicy,
  QuietHours,
} from '#functions/campaigns/domain/plan-policies.ts';
import { ConflictName, Reason } from '#functions/campaigns/domain/planned-slot.ts';
import { SlotStatus } from '#functions/campaigns/domain/slot.ts';
import { DeliveryFailure, DeliveryStatus } from '#functions/platform/domain/webhook-delivery.ts';
import { MediaType, SubtitlesTrack } from '#functions/posts/domain/media.ts';
import { RuleId } from '#functions/posts/domain/policy.ts';
import { Approval, MissedPolicy, Part, Post, PostStatus } from '#functions/posts/domain/post.ts';
import { QueueSlot } from '#functions/posts/domain/queue.ts';
import { ResumePolicy } from '#functions/posts/domain/stops.ts';
import { Variable } from '#functions/posts/domain/template.ts';
import { RescheduleItem } from '#functions/posts/scheduling/bulk-contract.ts';
import { ScheduleRequest } from '#functions/posts/scheduling/contract.ts';
import { Format } from '#functions/posts/transfer/contract.ts';
import { diffVersions } from '#functions/posts/versions/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import { listPosts } from '#functions/posts/writing/contract.ts';
import { listAuditEvents, verifyAuditEvents } from '#functions/users/audit/contract.ts';
import { AuditExportView } from '#functions/users/audit/export-contract.ts';
import { Breach } from '#functions/users/domain/audit-chain.ts';
import { AuditExport, ExportFormat } from '#functions/users/domain/audit-export.ts';
import { ComplianceReport } from '#functions/users/domain/compliance-report.ts';
import { Section } from '#functions/users/domain/compliance-section.ts';
import { Invitation } from '#functions/users/domain/invitation.ts';
import { MailKind, MailStatus, SuppressedFor } from '#functions/users/domain/mail.ts';
import { MachineRole } from '#functions/users/domain/service-account.ts';
import { Joined } from '#functions/users/team/invitation-contract.ts';
import { Actor } from '#shared/actor.ts';
import { Problem } from '#shared/http/problem.ts';
import { Role } from '#shared/permissions.ts';

/**
 * Names, for clients, of schemas that occur in several places of the API. Schemas that occur once are named after their
 * place.
 */
export const recurring: Readonly<Record<string, z.ZodType>> = {
  AccountHealth,
  Actor,
  AlertDirection: Threshold.shape.direction,
  Approval,
  ApprovalRule: WorkspaceSettings.shape.approval,
  Availability,
  AuditEventType: listAuditEvents.request.query.shape.eventType.unwrap(),
  Breach,
  BudgetCap: CapKind,
  CampaignStatus,
  CatchUpCompress: CatchUpPolicy.options[3],
  CatchUpPublishLate: CatchUpPolicy.options[0],
  CatchUpShiftRest: CatchUpPolicy.options[2],
  CatchUpSkip: CatchUpPolicy.options[1],
  ClockGapPolicy: GapPolicy,
  ClockOverlapPolicy: OverlapPolicy,
  CollisionPolicy,
  Comparison,
  ComparedWith: Compare.unwrap(),
  ChainBreak: verifyAuditEvents.response.shape.brokenAt.unwrap(),
  CampaignResult: Campaign.shape.result.unwrap(),
  ComplianceSection: Section,
  ConflictName,
  ComplianceSummary: ComplianceReport.shape.summary.unwrap(),
  ContentPolicy: WorkspaceSettings.shape.linkPolicy.unwrap(),
  ContentRule: RuleId,
  DisconnectReason,
  DownloadLink: AuditExportView.shape.link.unwrap(),
  EditScope,
  ExperimentConclusion: CampaignExperiment.shape.conclusion.unwrap(),
  ExperimentMetric,
  ExperimentOutcome: FinalOutcome,
  ExportFormat,
  ExportStatus: AuditExport.shape.status,
  FieldProblem: Problem.shape.fields.unwrap().element,
  FlagChange: diffVersions.response.shape.madeWithAi.unwrap(),
  GoalMetric: Goal.shape.metric,
  InsightKind,
  InsightMetric,
  InvitationStatus: Invitation.shape.status,
  Joined,
  MachineRole,
  MailKind,
  MailStatus,
  MediaType,
  MonthEndPolicy,
  PostMetricName,
  Metric,
  Metrics: Snapshot.shape.metrics,
  MissedPolicy,
  MissedPolicyAsk: MissedPolicy.options[2],
  MissedPolicyPublishLate: MissedPolicy.options[0],
  MissedPolicySkip: MissedPolicy.options[1],
  Part,
  Placement,
  PlanEdit,
  Poll,
  KeptInsightKind: KeptKind,
  LeftAloneBecause: LeftAlone,
  ListedPostStatus: listPosts.request.query.shape.status.unwrap(),
  PlanChange,
  PostAvailability,
  PostStatus,
  PostProblem: Post.shape.problem.unwrap(),
  PublishedAlone: Split.shape.publishedAlone,
  Publication: PostView.shape.publication.unwrap(),
  QueueSlot,
  QuietHours,
  Reason,
  RelativeDays,
  ReplySettings,
  ReportFormat,
  ReportGroup,
  ReportPeriod,
  ReportStatus,
  RescheduleItem,
  ResumePolicy,
  Role,
  ScheduleRequest,
  SlotContent,
  SlotStatus,
  SubtitlesTrack,
  SuppressedFor,
  Times,
  TrackContent,
  TransferFormat: Format,
  Utm,
  Trial,
  Variable,
  FeedFailure,
  HookScheme,
  PublicEventType,
  WebhookDeliveryFailure: DeliveryFailure,
  WebhookDeliveryStatus: DeliveryStatus,
  Variant: CampaignExperiment.shape.variants.element,
  VariantContent,
  WeekdayClass,
};
