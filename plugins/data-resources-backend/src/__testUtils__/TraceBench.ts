import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';

/** What a tracing backend would get: spans of the real SDK, kept in memory. */
export class TraceBench {
  readonly #exporter = new InMemorySpanExporter();
  readonly #provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: this.#exporter })],
  });

  static install(): TraceBench {
    const bench = new TraceBench();
    trace.disable();
    context.disable();
    context.setGlobalContextManager(
      new AsyncLocalStorageContextManager().enable(),
    );
    trace.setGlobalTracerProvider(bench.#provider);
    return bench;
  }

  async remove(): Promise<void> {
    trace.disable();
    context.disable();
    await this.#provider.shutdown();
  }

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** Spans of a name, without our prefix, that carry the attribute. */
  of(name: string, attribute?: [name: string, value: string]): ReadableSpan[] {
    return this.spans.filter(
      span =>
        span.name === `data_resources.${name}` &&
        (!attribute ||
          span.attributes[`data_resources.${attribute[0]}`] === attribute[1]),
    );
  }
}
