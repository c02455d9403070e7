import {
  coreServices,
  createServiceFactory,
  type LoggerService,
} from '@backstage/backend-plugin-api';

/** A line of the log with all that its logger carries. */
export interface LogLine {
  level: string;
  message: string;
  meta: Record<string, unknown>;
}

/** Keeps what the plugin logs. */
export class LogBench {
  readonly lines: LogLine[] = [];

  get feature() {
    return createServiceFactory({
      service: coreServices.logger,
      deps: {},
      factory: () => this.#logger({}),
    });
  }

  #logger(inherited: Record<string, unknown>): LoggerService {
    const at = (level: string) => (message: string, more?: unknown) => {
      const meta =
        more instanceof Error ? { error: more.message } : (more as object);
      this.lines.push({ level, message, meta: { ...inherited, ...meta } });
    };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: meta => this.#logger({ ...inherited, ...meta }),
    };
  }
}
