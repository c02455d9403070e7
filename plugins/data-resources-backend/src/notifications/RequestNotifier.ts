import type { LoggerService } from '@backstage/backend-plugin-api';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { NotificationPayload } from '@backstage/plugin-notifications-common';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import type { RequestRow } from '../database/rows';
import { OutboxConsumer } from '../feed/OutboxConsumer';
import { UNRESTRICTED } from '../permissions';
import type { RequestReader } from '../requests/RequestReader';
import { DRIFT_REQUESTER, isSystem } from '../requests/systemRequesters';
import { describeBatch } from './describeBatch';
import { describeRequest } from './describeRequest';
import { readBatches, type BatchOfReader } from './readBatches';

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
 * request, or the batch that it was sent in, as its scope, so that a repeated one only takes the
 * place of the same.
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
    const batched = requests.flatMap(({ batch_id }) => batch_id ?? []);
    if (batched.length > 0) {
      await this.#tellOfBatches([...new Set(batched)]);
    }
    const alone = requests.filter(({ batch_id }) => batch_id === null);
    for (const request of await reader.present(alone, NOBODY)) {
      await this.#tell(request);
    }
  }

  /** Nobody wants to be told a thousand times of what was asked for once. */
  async #tellOfBatches(ids: string[]): Promise<void> {
    const batches = await readBatches(this.#options.knex, ids);
    // Of two about the same, the later one stays: the requester's own.
    const own = (batch: BatchOfReader) => batch.reader === batch.requestedBy;
    for (const batch of [
      ...batches.filter(each => !own(each)),
      ...batches.filter(own),
    ]) {
      if (own(batch) && isSystem(batch.reader)) {
        continue;
      }
      await this.#send(
        [batch.reader],
        describeBatch(batch),
        own(batch) ? undefined : batch.requestedBy,
      );
    }
  }

  async #tell(request: DataRequest): Promise<void> {
    const groups = request.plan.approval.required.map(({ group }) => group);
    const { requestedBy } = request;
    if (groups.length > 0) {
      await this.#send(
        groups,
        describeRequest(request, 'approver'),
        requestedBy,
      );
    }
    if (!isSystem(requestedBy)) {
      await this.#send([requestedBy], describeRequest(request, 'requester'));
    }
    if (requestedBy === DRIFT_REQUESTER) {
      await this.#send([request.owner], describeRequest(request, 'owner'));
    }
  }

  async #send(
    recipients: string[],
    payload: NotificationPayload,
    except?: string,
  ): Promise<void> {
    const { notifications, logger } = this.#options;
    try {
      await notifications.send({
        recipients: {
          type: 'entity',
          entityRef: recipients,
          ...(except ? { excludeEntityRef: except } : {}),
        },
        payload,
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
