// Loaded before everything else (`--require`): metrics and traces by OpenTelemetry, as
// docs/operations/metrics.md says. Without the two variables nothing is loaded and nothing listens.
const { isMainThread } = require('node:worker_threads');

const metricsPort = process.env.OTEL_EXPORTER_PROMETHEUS_PORT;
const tracesEndpoint =
  process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT;

if (isMainThread && (metricsPort || tracesEndpoint)) {
  const api = require('@opentelemetry/api');
  const { resourceFromAttributes } = require('@opentelemetry/resources');
  const {
    registerInstrumentations,
  } = require('@opentelemetry/instrumentation');
  const {
    HttpInstrumentation,
  } = require('@opentelemetry/instrumentation-http');

  const resource = resourceFromAttributes({
    'service.name': process.env.OTEL_SERVICE_NAME ?? 'data-resources-portal',
  });

  if (metricsPort) {
    const { MeterProvider } = require('@opentelemetry/sdk-metrics');
    const {
      PrometheusExporter,
    } = require('@opentelemetry/exporter-prometheus');
    api.metrics.setGlobalMeterProvider(
      new MeterProvider({
        resource,
        readers: [
          // Only this machine: the endpoint asks for no password.
          new PrometheusExporter({
            host: '127.0.0.1',
            port: Number(metricsPort),
          }),
        ],
      }),
    );
  }

  if (tracesEndpoint) {
    const {
      AsyncLocalStorageContextManager,
    } = require('@opentelemetry/context-async-hooks');
    const { W3CTraceContextPropagator } = require('@opentelemetry/core');
    const {
      OTLPTraceExporter,
    } = require('@opentelemetry/exporter-trace-otlp-http');
    const {
      BatchSpanProcessor,
      TracerProvider,
    } = require('@opentelemetry/sdk-trace');
    api.context.setGlobalContextManager(
      new AsyncLocalStorageContextManager().enable(),
    );
    api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    api.trace.setGlobalTracerProvider(
      new TracerProvider({
        resource,
        // Reads the endpoint and its headers from the same variables.
        spanProcessors: [
          new BatchSpanProcessor({ exporter: new OTLPTraceExporter() }),
        ],
      }),
    );
  }

  registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
}
