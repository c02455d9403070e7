import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  ResourceProvider,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import { failed, startSpan, type SpanSubject } from './tracing';

/** What a step is for, and the trace in which it was asked for. */
export interface TracedStep extends SpanSubject {
  traceparent: string | null;
}

/** The same provider, with a span for each step of an `act`, however many go in one call. */
export function tracedProvider(
  provider: ResourceProvider,
  steps: ReadonlyMap<string, TracedStep>,
): ResourceProvider {
  return new Proxy(provider, {
    get(target, property) {
      if (property !== 'act') {
        const value = Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      const act: ResourceProvider['act'] = async (calls, context) => {
        const spans = new Map(
          calls.map(call => [call.key, spanOf(call, steps)]),
        );
        try {
          const answers = await target.act(calls, context);
          answers.forEach((answer, key) => {
            const span = spans.get(key);
            if (span && isProviderError(answer)) {
              failed(span, answer);
            }
          });
          return answers;
        } catch (error) {
          spans.forEach(span => failed(span, error));
          throw error;
        } finally {
          spans.forEach(span => span.end());
        }
      };
      return act;
    },
  });
}

function spanOf(call: StepCall, steps: ReadonlyMap<string, TracedStep>) {
  const { traceparent, ...subject } = steps.get(call.key) ?? {
    traceparent: null,
  };
  return startSpan('step', { ...subject, kind: call.kind }, [traceparent]);
}
