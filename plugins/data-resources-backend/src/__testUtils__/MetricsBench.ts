import { createServer } from 'node:http';
import { metricsServiceFactory } from '@backstage/backend-defaults/alpha';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import request from 'supertest';

/** A sample of a scrape. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What Prometheus would see: the real SDK and exporter, scraped over HTTP. */
export class MetricsBench {
  /** Backstage's own metrics service, in place of the test backend's mock. */
  readonly feature = metricsServiceFactory;
  readonly #exporter = new PrometheusExporter({ preventServerStart: true });
  readonly #provider = new MeterProvider({ readers: [this.#exporter] });

  static install(): MetricsBench {
    const bench = new MetricsBench();
    metrics.disable();
    metrics.setGlobalMeterProvider(bench.#provider);
    return bench;
  }

  async remove(): Promise<void> {
    metrics.disable();
    await this.#provider.shutdown();
  }

  async text(): Promise<string> {
    const server = createServer((req, res) =>
      this.#exporter.getMetricsRequestHandler(req, res),
    );
    const { text } = await request(server).get('/metrics');
    return text;
  }

  async scrape(): Promise<Sample[]> {
    return parse(await this.text());
  }

  /** The sum of the samples of a name that carry these labels; undefined for none. */
  async value(
    name: string,
    labels: Record<string, string> = {},
  ): Promise<number | undefined> {
    const found = (await this.scrape()).filter(
      sample =>
        sample.name === name &&
        Object.entries(labels).every(([key, of]) => sample.labels[key] === of),
    );
    return found.length > 0
      ? found.reduce((sum, { value }) => sum + value, 0)
      : undefined;
  }
}

function parse(text: string): Sample[] {
  return text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [, name, labels = '', value] =
        /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)!;
      return {
        name,
        value: Number(value),
        labels: Object.fromEntries(
          [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
            ([, key, of]) => [key, of],
          ),
        ),
      };
    });
}
