import { createServer, Server } from 'node:http';
import { environment } from './environment';
import { eventually } from './eventually';
import { entity } from './catalog';
import { engineer } from './Person';

/**
 * Components of the tests' own, served to the portal's catalog over HTTP as a source repository
 * would: so that one of them can change hands, and none of the sample ones runs out of logins.
 */
export class CatalogFiles {
  readonly #url = new URL(
    'catalog-info.yaml',
    environment('PORTAL_TEST_CATALOG_URL'),
  );
  readonly #owners = new Map<string, string>();
  #server?: Server;

  /** Serves components by name and owner, and waits until the catalog has them. */
  async start(owners: Record<string, string>): Promise<void> {
    Object.entries(owners).forEach(([name, owner]) =>
      this.#owners.set(name, owner),
    );
    this.#server = createServer((_req, res) => {
      res.setHeader('Content-Type', 'text/yaml').end(this.#content());
    });
    await new Promise<void>((resolve, reject) => {
      this.#server!.once('error', reject).listen(
        Number(this.#url.port),
        this.#url.hostname,
        resolve,
      );
    });
    const { status, body } = await engineer.portal(
      'POST',
      '/api/catalog/locations',
      { type: 'url', target: this.#url.href },
    );
    // A conflict: a run before on the same portal has registered it.
    if (status !== 201 && status !== 409) {
      throw new Error(
        `Registering ${this.#url.href} answered ${status}: ${JSON.stringify(
          body,
        )}`,
      );
    }
    for (const [name, owner] of this.#owners) {
      await this.#awaitOwner(name, owner);
    }
  }

  /** Gives a component to another group, and waits until the catalog knows. */
  async handOver(name: string, owner: string): Promise<void> {
    this.#owners.set(name, owner);
    await this.#awaitOwner(name, owner);
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise(resolve => this.#server?.close(resolve) ?? resolve(0));
  }

  async #awaitOwner(name: string, owner: string): Promise<void> {
    const ref = `component:default/${name}`;
    let asked = false;
    await eventually(
      `${ref} belongs to ${owner}`,
      async () => {
        const found = await entity(ref);
        const owned = found?.relations.find(({ type }) => type === 'ownedBy');
        if (found && owned?.targetRef !== owner && !asked) {
          asked = true;
          await this.#refresh(ref);
        }
        return owned?.targetRef;
      },
      found => found === owner,
      60_000,
    );
  }

  /** Reads the file again now, not at the catalog's leisure. */
  async #refresh(entityRef: string): Promise<void> {
    const { status } = await engineer.portal('POST', '/api/catalog/refresh', {
      entityRef,
    });
    if (status !== 200) {
      throw new Error(`Refreshing ${entityRef} answered ${status}`);
    }
  }

  #content(): string {
    return [...this.#owners]
      .map(([name, owner]) =>
        JSON.stringify({
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name },
          spec: { type: 'service', lifecycle: 'experimental', owner },
        }),
      )
      .join('\n---\n');
  }
}
