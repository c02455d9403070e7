import type { LoggerService } from '@backstage/backend-plugin-api';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import type { RequestRow } from '../database/rows';
import { UNRESTRICTED } from '../permissions';
import type { RequestReader } from '../requests/RequestReader';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import { describeRequest, type RequestAudience } from './describeRequest';

const CONSUMER = 'notifications';
const BATCH = 100;
/** Nobody in particular: what is read for a notification is the same for everybody. */
const NOBODY = {
  userRef: 'system:notifications',
  groups: new Set<string>(),
  inPerson: false,
  permissions: UNRESTRICTED,
};

/**
 * Reads the outbox and tells approvers and requesters, at least once: a notification has the
 * request as its scope, so that a repeated one only takes the place of the same.
 */
export class RequestNotifier {
  readonly #knex: Knex;
  readonly #reader: RequestReader;
  readonly #notifications: NotificationService;
  readonly #logger: LoggerService;

  private constructor(options: {
    knex: Knex;
    reader: RequestReader;
    notifications: NotificationService;
    logger: LoggerService;
  }) {
    this.#knex = options.knex;
    this.#reader = options.reader;
    this.#notifications = options.notifications;
    this.#logger = options.logger;
  }

  static create(options: {
    knex: Knex;
    reader: RequestReader;
    notifications: NotificationService;
    logger: LoggerService;
  }): RequestNotifier {
    return new RequestNotifier(options);
  }

  /** Tells about what is new since the last time. */
  async notify(): Promise<void> {
    const position = await this.#position();
    const rows: { position: string; subject_id: string }[] = await this.#knex(
      'outbox',
    )
      .where('kind', 'request')
      .where('position', '>', position)
      .orderBy('position')
      .limit(BATCH)
      .select('position', 'subject_id');
    if (rows.length === 0) {
      return;
    }
    const requests: RequestRow[] = await this.#knex<RequestRow>(
      'requests',
    ).whereIn('id', [...new Set(rows.map(({ subject_id }) => subject_id))]);
    for (const request of await this.#reader.present(requests, NOBODY)) {
      await this.#tell(request);
    }
    await this.#knex('feed_cursors')
      .where({ consumer: CONSUMER, position })
      .update({ position: rows[rows.length - 1].position });
  }

  async #position(): Promise<string> {
    await this.#knex('feed_cursors')
      .insert({ consumer: CONSUMER, position: 0 })
      .onConflict('consumer')
      .ignore();
    const row = await this.#knex('feed_cursors')
      .where({ consumer: CONSUMER })
      .first('position');
    return row.position;
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
    try {
      await this.#notifications.send({
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
        this.#logger.debug('There is no notifications plugin to tell');
        return;
      }
      throw error;
    }
  }
}
