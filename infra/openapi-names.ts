import type * as z from 'zod';
import { AccountHealth, DisconnectReason } from '#events/accounts.ts';
import { Utm } from '#events/campaigns.ts';
import { Poll, ReplySettings } from '#events/publishing.ts';
import { WorkspaceSettings } from '#events/workspace-settings.ts';
import { Snapshot } from '#functions/analytics/domain/metrics.ts';
import { Campaign, CampaignStatus, Placement } from '#functions/campaigns/domain/campaign.ts';
import { SlotStatus } from '#functions/campaigns/domain/slot.ts';
import { MediaType, SubtitlesTrack } from '#functions/posts/domain/media.ts';
import { RuleId } from '#functions/posts/domain/policy.ts';
import { Approval, MissedPolicy, Part, Post, PostStatus } from '#functions/posts/domain/post.ts';
import { QueueSlot } from '#functions/posts/domain/queue.ts';
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
 * What occurs at several places of the API, by the name that clients know it by. What occurs once is named after the
 * place where it stands.
 */
export const recurring: Readonly<Record<string, z.ZodType>> = {
  AccountHealth,
  Actor,
  Approval,
  ApprovalRule: WorkspaceSettings.shape.approval,
  AuditEventType: listAuditEvents.request.query.shape.eventType.unwrap(),
  Breach,
  CampaignStatus,
  ChainBreak: verifyAuditEvents.response.shape.brokenAt.unwrap(),
  CampaignResult: Campaign.shape.result.unwrap(),
  ComplianceSection: Section,
  ComplianceSummary: ComplianceReport.shape.summary.unwrap(),
  ContentPolicy: WorkspaceSettings.shape.linkPolicy.unwrap(),
  ContentRule: RuleId,
  DisconnectReason,
  DownloadLink: AuditExportView.shape.link.unwrap(),
  ExportFormat,
  ExportStatus: AuditExport.shape.status,
  FieldProblem: Problem.shape.fields.unwrap().element,
  FlagChange: diffVersions.response.shape.madeWithAi.unwrap(),
  InvitationStatus: Invitation.shape.status,
  Joined,
  MachineRole,
  MailKind,
  MailStatus,
  MediaType,
  Metrics: Snapshot.shape.metrics,
  MissedPolicy,
  Part,
  Placement,
  Poll,
  ListedPostStatus: listPosts.request.query.shape.status.unwrap(),
  PostStatus,
  PostProblem: Post.shape.problem.unwrap(),
  Publication: PostView.shape.publication.unwrap(),
  QueueSlot,
  ReplySettings,
  RescheduleItem,
  Role,
  ScheduleRequest,
  SlotStatus,
  SubtitlesTrack,
  SuppressedFor,
  TransferFormat: Format,
  Utm,
  Variable,
};
