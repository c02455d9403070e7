import {
  coreServices,
  createBackendPlugin,
  type BackendFeature,
} from '@backstage/backend-plugin-api';
import type {
  DataRequest,
  Finding,
  Plan,
  RequestInput,
} from '@data-resources/plugin-data-resources-common';
import express from 'express';

/** A call as it arrived. */
export interface ReceivedCall {
  path: string;
  body: RequestInput;
  idempotencyKey?: string;
  /** In whose name it was made. */
  user: string;
}

type Failure = { status: number; error: object };

/**
 * The far end: a plugin that answers `/plans` and `/requests` in the shapes of the API, and
 * remembers what it was asked. It knows requests again by their idempotency key.
 */
export class TestApi {
  readonly calls: ReceivedCall[] = [];
  findings: Finding[] = [];
  /** Answers of the next calls instead of the plan or the request, where there is one. */
  failures: (Failure | undefined)[] = [];
  /** The next request is stored, and the connection breaks before the answer. */
  losesNextAnswer = false;

  readonly #requests = new Map<string, DataRequest>();

  /** How many requests there are. */
  get stored(): number {
    return this.#requests.size;
  }

  get plugin(): BackendFeature {
    return createBackendPlugin({
      pluginId: 'data-resources',
      register: reg =>
        reg.registerInit({
          deps: {
            httpAuth: coreServices.httpAuth,
            httpRouter: coreServices.httpRouter,
          },
          init: async ({ httpAuth, httpRouter }) => {
            const router = express.Router();
            router.use(express.json());
            router.post(['/v1/plans', '/v1/requests'], (req, res, next) => {
              httpAuth
                .credentials(req, { allow: ['user'] })
                .then(({ principal }) => {
                  this.calls.push({
                    path: req.path,
                    body: req.body,
                    idempotencyKey: req.header('Idempotency-Key'),
                    user: principal.userEntityRef,
                  });
                  const failure = this.failures.shift();
                  if (failure) {
                    res.status(failure.status).json({
                      error: failure.error,
                      request: { method: req.method, url: req.originalUrl },
                      response: { statusCode: failure.status },
                    });
                  } else if (req.path === '/v1/plans') {
                    res.json(this.#plan());
                  } else {
                    this.#answer(req, res);
                  }
                })
                .catch(next);
            });
            httpRouter.use(router);
          },
        }),
    });
  }

  #answer(req: express.Request, res: express.Response): void {
    const key = req.header('Idempotency-Key') ?? '';
    const before = this.#requests.get(key);
    if (before) {
      res.status(200).json(before);
      return;
    }
    const request = {
      id: `request-${this.#requests.size + 1}`,
      state: 'pending',
      input: req.body,
      plan: this.#plan(),
    } as DataRequest;
    this.#requests.set(key, request);
    if (this.losesNextAnswer) {
      this.losesNextAnswer = false;
      req.socket.destroy();
      return;
    }
    res.status(201).json(request);
  }

  #plan(): Plan {
    return {
      revision: 1,
      hash: 'a-plan-hash',
      risk: 'low',
      changes: [{ path: 'topic', kind: 'create' }],
      steps: [
        {
          id: 'create',
          title: 'Create the topic',
          call: 'createTopics payments',
        },
      ],
      findings: this.findings,
      approval: {
        mode: 'manual',
        required: [{ group: 'group:default/platform', count: 1, given: 0 }],
      },
      observedAt: '2026-01-01T00:00:00.000Z',
    };
  }
}
