import {
  isSpanContextValid,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { isProviderError } from '@data-resources/plugin-data-resources-node';

/** Named as Backstage names the tracers of its plugins. */
const TRACER = 'backstage-plugin-data-resources';
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * What spans are found by. Never a name that somebody chose, a spec or anything of a credential.
 */
export interface SpanSubject {
  requestId?: string | null;
  resourceId?: string | null;
  instance?: string;
  engine?: string;
  type?: string;
  action?: string;
  /** Of a step. */
  kind?: string;
  /** Of a decision: approve or reject. */
  effect?: string;
  /** How many requests are worked on together. */
  count?: number;
}

/**
 * Runs work in a span of its own. Backstage's tracing service knows no links, and a request lives for
 * days: what is done for it later stands in traces of their own, which link to the one in which it
 * was made.
 *
 * @param links - trace contexts as {@link currentTraceparent} gave them
 */
export async function traced<T>(
  name: string,
  subject: SpanSubject,
  work: (span: Span) => Promise<T>,
  links: readonly (string | null | undefined)[] = [],
): Promise<T> {
  return trace
    .getTracer(TRACER)
    .startActiveSpan(
      `data_resources.${name}`,
      { attributes: attributesOf(subject), links: linksOf(links) },
      async span => {
        try {
          return await work(span);
        } catch (error) {
          failed(span, error);
          throw error;
        } finally {
          span.end();
        }
      },
    );
}

/** A span beside others that the same call serves; the caller ends it. */
export function startSpan(
  name: string,
  subject: SpanSubject,
  links: readonly (string | null | undefined)[],
): Span {
  return trace.getTracer(TRACER).startSpan(`data_resources.${name}`, {
    attributes: attributesOf(subject),
    links: linksOf(links),
  });
}

/** Says why; the message stays in the ledger and the log, where its readers are known. */
export function failed(span: Span, error: unknown): void {
  const reason = isProviderError(error)
    ? error.reason
    : (error instanceof Error && error.name) || 'Error';
  span.setAttribute('error.type', reason);
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
}

/** The trace context of now as W3C writes it; `null` where nothing traces. */
export function currentTraceparent(): string | null {
  const context = trace.getActiveSpan()?.spanContext();
  if (!context || !isSpanContextValid(context)) {
    return null;
  }
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

export function attributesOf(subject: SpanSubject): Attributes {
  const { requestId, resourceId, kind, effect, count } = subject;
  const { instance, engine, type, action } = subject;
  const named = {
    'request.id': requestId,
    'resource.id': resourceId,
    'step.kind': kind,
    'decision.effect': effect,
    'batch.size': count,
    instance,
    engine,
    type,
    action,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, value]) =>
      value === undefined || value === null
        ? []
        : [[`data_resources.${key}`, value]],
    ),
  );
}

function linksOf(parents: readonly (string | null | undefined)[]): Link[] {
  return [...new Set(parents)].flatMap(parent => {
    const match = TRACEPARENT.exec(parent ?? '');
    return match
      ? [
          {
            context: {
              traceId: match[1],
              spanId: match[2],
              traceFlags: parseInt(match[3], 16) & TraceFlags.SAMPLED,
              isRemote: true,
            },
          },
        ]
      : [];
  });
}
