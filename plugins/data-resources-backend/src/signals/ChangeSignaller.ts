import type { SignalsService } from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import {
  DATA_RESOURCES_CHANNEL,
  type ChangeSignal,
} from '@data-resources/plugin-data-resources-common';
import { OutboxConsumer, type OutboxItem } from '../feed/OutboxConsumer';

export interface ChangeSignallerOptions {
  knex: Knex;
  signals: SignalsService;
  platformGroup: string;
}

interface Audience {
  id: string;
  resource_id?: string | null;
  recipients: string[];
}

/**
 * Tells open pages that a request or a resource is different now, so that they look again at once.
 * A signal says which one and nothing about it, and goes to who is concerned: requester, approvers,
 * owner, owners of its principals, and the platform group. A page reads the rest as its user, with
 * that user's rights. Pages of anybody else look again by themselves.
 *
 * At least once: a repeated signal makes a page look once more. One that nobody heard is not kept.
 */
export class ChangeSignaller {
  readonly #options: ChangeSignallerOptions;
  readonly #consumer: OutboxConsumer;

  private constructor(options: ChangeSignallerOptions) {
    this.#options = options;
    this.#consumer = OutboxConsumer.create({
      knex: options.knex,
      name: 'signals',
      kinds: ['request', 'resource'],
      // No page is open on what changed before anybody listened.
      from: 'end',
      handle: items => this.#handle(items),
    });
  }

  static create(options: ChangeSignallerOptions): ChangeSignaller {
    return new ChangeSignaller(options);
  }

  /** Signals what is new since the last time. */
  async signal(): Promise<void> {
    await this.#consumer.consume();
  }

  async #handle(items: readonly OutboxItem[]): Promise<void> {
    const { signals, platformGroup } = this.#options;
    for (const kind of ['request', 'resource'] as const) {
      const ids = items.filter(item => item.kind === kind).map(({ id }) => id);
      const audiences =
        kind === 'request'
          ? await this.#ofRequests(ids)
          : await this.#ofResources(ids);
      for (const { id, resource_id, recipients } of audiences) {
        const message: ChangeSignal = {
          kind,
          id,
          ...(resource_id ? { resourceId: resource_id } : {}),
        };
        await signals.publish({
          channel: DATA_RESOURCES_CHANNEL,
          // Groups reach their members: a connection is found by what its user is.
          recipients: {
            type: 'user',
            entityRef: [...new Set([platformGroup, ...recipients])],
          },
          message,
        });
      }
    }
  }

  async #ofRequests(ids: string[]): Promise<Audience[]> {
    const { rows } = await this.#options.knex.raw<{ rows: Audience[] }>(
      `SELECT r.id, r.resource_id, array_remove(array_cat(
           ARRAY[r.owner, CASE WHEN r.requested_by LIKE 'user:%' THEN r.requested_by END],
           ARRAY(SELECT a.group_ref FROM request_approvers a
                 WHERE a.request_id = r.id AND a.plan_revision = r.plan_revision)
         ), NULL) AS recipients
       FROM requests r WHERE r.id = ANY(?)`,
      [ids],
    );
    return rows;
  }

  async #ofResources(ids: string[]): Promise<Audience[]> {
    const { rows } = await this.#options.knex.raw<{ rows: Audience[] }>(
      `SELECT r.id, array_cat(ARRAY[r.owner],
           ARRAY(SELECT DISTINCT g.principal_owner FROM grants g
                 WHERE g.resource_id = r.id AND g.state <> 'revoked')) AS recipients
       FROM resources r WHERE r.id = ANY(?)`,
      [ids],
    );
    return rows;
  }
}
