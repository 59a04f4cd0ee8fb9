import 'reflect-metadata';
import type { RequestListener } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { configure, getCurrentInvoke } from '@codegenie/serverless-express';
import {
  BadRequestException,
  Controller,
  Get,
  Inject,
  Injectable,
  Logger,
  Module,
  type PipeTransform,
  Query,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import * as z from 'zod';

/*
 * The second baseline, beside the bare handler: the list of posts as a NestJS application behind API Gateway, with a
 * validated query string and one DynamoDB query. It checks no role, limits nothing, logs nothing and records no metrics.
 * Decorators are called as functions, since only types may be stripped here.
 */

const ListPosts = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  status: z.enum(['draft', 'scheduled', 'published']).optional(),
});
type ListPosts = z.infer<typeof ListPosts>;

/** The workspace whose posts are listed, as API Gateway's authorizer read it from the access token. */
const Claims = z
  .object({
    requestContext: z.object({
      authorizer: z.object({ jwt: z.object({ claims: z.object({ workspace_id: z.string() }) }) }),
    }),
  })
  .transform(({ requestContext }) => requestContext.authorizer.jwt.claims);

class ValidatedBy implements PipeTransform {
  readonly #schema: z.ZodType;

  constructor(schema: z.ZodType) {
    this.#schema = schema;
  }

  transform(given: unknown): unknown {
    const parsed = this.#schema.safeParse(given);
    if (!parsed.success) throw new BadRequestException(parsed.error.issues);
    return parsed.data;
  }
}

class PostsService {
  readonly #documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

  async list(workspaceId: string, { limit }: ListPosts): Promise<unknown[]> {
    const { Items = [] } = await this.#documents.send(
      new QueryCommand({
        TableName: 'table',
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :posts)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':posts': 'POST#' },
        Limit: limit,
      }),
    );
    return Items;
  }
}
Injectable()(PostsService);

class PostsController {
  readonly #posts: PostsService;

  constructor(posts: PostsService) {
    this.#posts = posts;
  }

  async list(query: ListPosts): Promise<{ items: unknown[] }> {
    const { workspace_id: workspaceId } = Claims.parse(getCurrentInvoke().event);
    return { items: await this.#posts.list(workspaceId, query) };
  }
}
const list = Object.getOwnPropertyDescriptor(PostsController.prototype, 'list');
if (list) Get('posts')(PostsController.prototype, 'list', list);
Query(new ValidatedBy(ListPosts))(PostsController.prototype, 'list', 0);
Inject(PostsService)(PostsController, undefined, 0);
Controller('v1')(PostsController);

class PostsModule {
  readonly name = 'posts';
}
Module({ controllers: [PostsController], providers: [PostsService] })(PostsModule);

Logger.overrideLogger(false);
const adapter = new ExpressAdapter();
const app = await NestFactory.create(PostsModule, adapter);
await app.init();

/** The application as a Lambda function. */
export const handler = configure({ app: adapter.getInstance<RequestListener>() });
