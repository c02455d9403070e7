import type { LoggerService } from '@backstage/backend-plugin-api';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import type { RequestRow } from '../database/rows';
import { OutboxConsumer } from '../feed/OutboxConsumer';
import { UNRESTRICTED } from '../permissions';
import type { RequestReader } from '../requests/RequestReader';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import { describeRequest, type RequestAudience } from './describeRequest';

/** Nobody in particular: what is read for a notification is the same for everybody. */
const NOBODY = {
  userRef: 'system:notifications',
  groups: new Set<string>(),
  inPerson: false,
  permissions: UNRESTRICTED,
};

export interface RequestNotifierOptions {
  knex: Knex;
  reader: RequestReader;
  notifications: NotificationService;
  logger: LoggerService;
}

/**
 * Reads the outbox and tells approvers and requesters, at least once: a notification has the
 * request as its scope, so that a repeated one only takes the place of the same.
 */
export class RequestNotifier {
  readonly #options: RequestNotifierOptions;
  readonly #consumer: OutboxConsumer;

  private constructor(options: RequestNotifierOptions) {
    this.#options = options;
    this.#consumer = OutboxConsumer.create({
      knex: options.knex,
      name: 'notifications',
      kinds: ['request'],
      from: 'beginning',
      handle: items => this.#handle(items.map(({ id }) => id)),
    });
  }

  static create(options: RequestNotifierOptions): RequestNotifier {
    return new RequestNotifier(options);
  }

  /** Tells about what is new since the last time. */
  async notify(): Promise<void> {
    await this.#consumer.consume();
  }

  async #handle(ids: string[]): Promise<void> {
    const { knex, reader } = this.#options;
    const requests = await knex<RequestRow>('requests').whereIn('id', ids);
    for (const request of await reader.present(requests, NOBODY)) {
      await this.#tell(request);
    }
  }

  async #tell(request: DataRequest): Promise<void> {
    const groups = request.plan.approval.required.map(({ group }) => group);
    if (groups.length > 0) {
      await this.#send(groups, request, 'approver');
    }
    if (request.requestedBy.startsWith('user:')) {
      await this.#send([request.requestedBy], request, 'requester');
    }
    if (request.requestedBy === DRIFT_REQUESTER) {
      await this.#send([request.owner], request, 'owner');
    }
  }

  async #send(
    recipients: string[],
    request: DataRequest,
    audience: RequestAudience,
  ): Promise<void> {
    const { notifications, logger } = this.#options;
    try {
      await notifications.send({
        recipients: {
          type: 'entity',
          entityRef: recipients,
          ...(audience === 'approver'
            ? { excludeEntityRef: request.requestedBy }
            : {}),
        },
        payload: describeRequest(request, audience),
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFoundError') {
        // A portal without the notifications plugin works as well.
        logger.debug('There is no notifications plugin to tell');
        return;
      }
      throw error;
    }
  }
}
