import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ObjectRef,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import type { CassandraNode } from '@data-resources/test-engines';
import type { Harm } from '../../__testUtils__/ThreeNodes';
import type { Deed } from './deeds';
import { HarmedProvider } from './HarmedProvider';
import type { Scene } from './Scene';

/** When in a plan a node is lost. */
export interface LostIn {
  /** Which of the plan's steps. */
  index: number;
  /** As the step is looked at, or as its first change is on its way. */
  during: 'check' | 'change';
  node: CassandraNode;
  /** The node that is asked to make the change. */
  asked: CassandraNode;
}

/** A deed during which a node is lost, and how the portal gets over it. */
export class Accident {
  readonly #scene: Scene;
  readonly #deed: Deed;
  readonly #journal = new MemoryStepJournal();
  /** What the portal said on its way. */
  readonly told: string[] = [];

  constructor(scene: Scene, deed: Deed) {
    this.#scene = scene;
    this.#deed = deed;
  }

  /** Begins the deed, and loses the node in the middle. */
  async happen(how: Harm, lost: LostIn): Promise<void> {
    const { portal, nodes } = this.#scene;
    const { object, plan } = this.#deed;
    const { node, asked, during } = lost;
    const { id, call } = plan.steps[lost.index];
    const harmed = new HarmedProvider(
      portal.provider,
      {
        step: id,
        statement: during === 'change' ? beginningOf(call) : undefined,
        to: nodes.address(asked),
      },
      () => nodes.harm(node, how),
    );
    const result = await portal.execute(
      object,
      plan,
      this.#journal,
      harmed.provider,
    );
    this.told.push(
      `${how} ${node} in ${during} of ${id}, asked of ${asked}: ${
        result.state === 'done' ? 'done' : await this.#judged(result)
      }`,
    );
    if (!harmed.happened) {
      throw new Error(`There was nothing to lose a node in: ${this.told}`);
    }
  }

  /** Goes on until the deed is done. */
  async finish(): Promise<void> {
    const { object, plan } = this.#deed;
    for (let tries = 0; tries < 60; tries += 1) {
      const result = await this.#scene.portal.execute(
        object,
        plan,
        this.#journal,
      );
      if (result.state === 'done') {
        return;
      }
      this.told.push(await this.#judged(result));
      // As the portal does, which waits longer and longer.
      await sleep(1_000);
    }
    throw new Error('It was not finished');
  }

  /** A failure says that it can be tried again, or exactly what stands there and what mends it. */
  async #judged(result: StepRunResult): Promise<string> {
    if (result.state !== 'failed') {
      throw new Error(`It ended as ${result.state}`);
    }
    const { error, stepKey } = result;
    if (!error.retryable) {
      if (
        error.reason !== 'Conflict' ||
        !error.message.includes('died before it gave them')
      ) {
        throw new Error(`${stepKey} ended in ${error.reason}`, {
          cause: error,
        });
      }
      await this.#scene.nodes.heal();
      await this.#administer(this.#deed.object, error.message);
    }
    return `${stepKey}: ${error.reason}: ${error.message}`;
  }

  /** Does what a message asks an administrator for, where it is one that no time mends. */
  async #administer({ name }: ObjectRef, message: string): Promise<void> {
    const { cluster } = this.#scene;
    const grant = /runs: (GRANT ALL PERMISSIONS ON ROLE [^;]+);/.exec(message);
    await (grant ? cluster.admin(grant[1]) : cluster.dropKeyspace(name));
  }
}

/** What a step's statements begin with. */
function beginningOf(call: string): string {
  return /^((CREATE|ALTER|DROP) )?\w+/.exec(call)![0];
}
