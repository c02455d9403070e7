import type {
  ProviderError,
  StepAnswer,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import type pLimit from 'p-limit';
import { handlerOf, stepHandlers } from './handlers';
import type { StepScope } from './StepHandler';

/** One transaction holds the locks of all of them, and shares what it costs among them. */
const MOST_TOGETHER = 32;

/** What {@link actSteps} works with. */
export interface ActOptions {
  /** How much goes on at once. */
  limit: ReturnType<typeof pLimit>;
  /** An error in the closed set of reasons. */
  own(error: unknown): ProviderError;
}

/**
 * Several at once, but the steps of one object one after the other, and in one transaction those that are
 * quicker so.
 */
export async function actSteps(
  steps: readonly StepCall[],
  scope: StepScope,
  { limit, own }: ActOptions,
): Promise<Map<string, StepAnswer>> {
  const answers = new Map<string, StepAnswer>();
  const one = async (step: StepCall) => {
    try {
      const readBack = await handlerOf(step).act(step, {
        ...scope,
        alone: steps.length === 1,
      });
      if (readBack) {
        answers.set(step.key, readBack);
      }
    } catch (error) {
      answers.set(step.key, own(error));
    }
  };
  const oneByOne = async (some: readonly StepCall[]) => {
    for (const step of some) {
      await one(step);
    }
  };
  const together = async (some: readonly StepCall[]) => {
    try {
      await handlerOf(some[0]).actTogether!(some, scope);
    } catch (error) {
      const failure = own(error);
      if (failure.retryable) {
        some.forEach(({ key }) => answers.set(key, failure));
      } else {
        // Refused, and undone, for the sake of one of them.
        await oneByOne(some);
      }
    }
  };
  const { joined, apart } = groupsOf(steps);
  await Promise.all([
    ...joined.map(some => limit(() => together(some))),
    ...apart.map(ofOne => limit(() => oneByOne(ofOne))),
  ]);
  return answers;
}

/** What goes into one transaction each, and what one after the other. */
function groupsOf(steps: readonly StepCall[]): {
  joined: StepCall[][];
  apart: StepCall[][];
} {
  const apart: StepCall[][] = [];
  const joined = new Map<string, StepCall[][]>();
  for (const ofOne of groupBy(steps, ({ object }) => object.name)) {
    const [{ kind }] = ofOne;
    const isJoined =
      stepHandlers.get(kind)?.actTogether !== undefined &&
      ofOne.every(step => step.kind === kind);
    if (!isJoined) {
      apart.push(ofOne);
      continue;
    }
    const groups = joined.get(kind) ?? [[]];
    if (groups[0].length >= MOST_TOGETHER) {
      groups.unshift([]);
    }
    groups[0].push(...ofOne);
    joined.set(kind, groups);
  }
  const groups = [...joined.values()].flat();
  return {
    joined: groups.filter(group => group.length > 1),
    apart: [...apart, ...groups.filter(group => group.length === 1)],
  };
}

function groupBy(
  steps: readonly StepCall[],
  keyOf: (step: StepCall) => string,
): StepCall[][] {
  const groups = new Map<string, StepCall[]>();
  for (const step of steps) {
    const key = keyOf(step);
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()];
}
