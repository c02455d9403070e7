import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  DataResourcesClient,
  type FeedPage,
} from '@data-resources/plugin-data-resources-common';

/** The most that the API gives at once. */
const PAGE_SIZE = 1000;
/** A page takes milliseconds; a connection that hangs must not stop the polling for long. */
const PAGE_TIMEOUT_MS = 10_000;

/** Reads the feed of the `data-resources` plugin as the service that the catalog is. */
export class FeedReader {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  private constructor(options: {
    auth: AuthService;
    discovery: DiscoveryService;
  }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  static create(options: {
    auth: AuthService;
    discovery: DiscoveryService;
  }): FeedReader {
    return new FeedReader(options);
  }

  /**
   * The pages after a position, until there is nothing more; the last one is empty, and given for
   * its instances.
   *
   * @param after - a position that was read; 0 gives everything
   */
  async *read(after: number, signal: AbortSignal): AsyncGenerator<FeedPage> {
    const client = new DataResourcesClient({
      discoveryApi: this.#discovery,
      fetchApi: {
        fetch: (input, init) =>
          fetch(input, {
            ...init,
            signal: AbortSignal.any([
              signal,
              AbortSignal.timeout(PAGE_TIMEOUT_MS),
            ]),
          }),
      },
    });
    let position = after;
    for (;;) {
      const { token } = await this.#auth.getPluginRequestToken({
        onBehalfOf: await this.#auth.getOwnServiceCredentials(),
        targetPluginId: 'data-resources',
      });
      const page = await client.getFeed(
        { after: position, limit: PAGE_SIZE },
        { token },
      );
      assertPage(page, position);
      yield page;
      const next = nextPosition(page, position);
      if (next === position) {
        return;
      }
      position = next;
    }
  }
}

/** The position to go on from, the same when there is nothing more. */
export function nextPosition(page: FeedPage, position: number): number {
  const last = page.items[page.items.length - 1]?.position ?? position;
  // A page may hold less than it stands for, where something is gone without a trace.
  return Math.max(last, Number(page.pageInfo.nextCursor ?? last));
}

/** Whatever answers 200 but not with a page, a proxy for example, must not pass for an empty feed. */
function assertPage(page: FeedPage, after: number): void {
  if (
    !Array.isArray(page?.items) ||
    !Array.isArray(page.instances) ||
    typeof page.pageInfo !== 'object'
  ) {
    throw new InputError(
      'The feed answered with something that is not a page: expected items, pageInfo and instances',
    );
  }
  let position = after;
  for (const item of page.items) {
    if (!(item.position > position)) {
      throw new InputError(
        `The feed gave position ${item.position} after ${position}, expected ascending positions`,
      );
    }
    position = item.position;
  }
}
