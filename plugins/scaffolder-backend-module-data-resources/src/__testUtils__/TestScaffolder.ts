import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import type { JsonObject } from '@backstage/types';
import { setTimeout as sleep } from 'node:timers/promises';
import scaffolderModuleDataResources from '../index';
import type { TestApi } from './TestApi';

/** How a task ended. */
export interface EndedTask {
  id: string;
  status: string;
  /** Everything that its log shows. */
  log: string;
  output?: JsonObject;
}

/** The real scaffolder on a real database, with the module, beside the API's far end. */
export class TestScaffolder {
  readonly #backend: Awaited<ReturnType<typeof startTestBackend>>;

  private constructor(backend: Awaited<ReturnType<typeof startTestBackend>>) {
    this.#backend = backend;
  }

  static async start(options: {
    api: TestApi;
    knex: Awaited<ReturnType<TestDatabases['init']>>;
    templates: Entity[];
  }): Promise<TestScaffolder> {
    const backend = await startTestBackend({
      features: [
        options.api.plugin,
        scaffolderPlugin,
        scaffolderModuleDataResources,
        catalogServiceMock.factory({ entities: options.templates }),
        mockServices.database.factory({ knex: options.knex }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://portal.test/' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
        }),
      ],
    });
    return new TestScaffolder(backend);
  }

  async stop(): Promise<void> {
    await this.#backend.stop();
    // It looks once a second whether a task has ended, and not whether the backend has: the
    // database must outlive that.
    await sleep(1_500);
  }

  /** Runs a template to its end. */
  async run(template: string, values: JsonObject): Promise<EndedTask> {
    const { id } = await this.#call('POST', 'tasks', {
      templateRef: `template:default/${template}`,
      values,
    });
    return this.#ended(id);
  }

  /** Runs a task that failed once more, to its end. */
  async retry(id: string): Promise<EndedTask> {
    await this.#call('POST', `tasks/${id}/retry`, {});
    return this.#ended(id);
  }

  /** Runs a template without effects; answers what its log shows, or the error. */
  async dryRun(
    template: Entity,
    values: JsonObject,
  ): Promise<{ log: string; output?: JsonObject; error?: string }> {
    try {
      const { log, output } = await this.#call('POST', 'dry-run', {
        template,
        values,
        directoryContents: [],
      });
      return { log: messages(log), output };
    } catch (error) {
      return { log: '', error: String(error) };
    }
  }

  /** What the scaffolder tells about its actions. */
  async actions(): Promise<{ id: string; examples?: object[] }[]> {
    return this.#call('GET', 'actions');
  }

  async #ended(id: string): Promise<EndedTask> {
    for (;;) {
      const { status } = await this.#call('GET', `tasks/${id}`);
      if (!['open', 'processing'].includes(status)) {
        const events: TaskEvent[] = await this.#call(
          'GET',
          `tasks/${id}/events`,
        );
        const completion = events.findLast(({ type }) => type === 'completion');
        return {
          id,
          status,
          log: messages(events),
          output: completion?.body.output,
        };
      }
      await sleep(50);
    }
  }

  async #call(method: string, path: string, body?: object) {
    const response = await fetch(
      `http://localhost:${this.#backend.server.port()}/api/scaffolder/v2/${path}`,
      {
        method,
        headers: {
          Authorization: mockCredentials.user.header('user:default/dev'),
          'Content-Type': 'application/json',
        },
        body: body && JSON.stringify(body),
      },
    );
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
    return response.json();
  }
}

interface TaskEvent {
  type?: string;
  body: { message: string; output?: JsonObject; error?: { message: string } };
}

function messages(events: TaskEvent[]): string {
  return events
    .flatMap(({ body }) => [body.message, body.error?.message ?? ''])
    .join('\n');
}
