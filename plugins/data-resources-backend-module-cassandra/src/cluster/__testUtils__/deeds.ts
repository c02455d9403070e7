import type {
  ObjectRef,
  PlannedStep,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { all, changed, type Scene, spec, tableOf } from './Scene';

/** Something that is to happen to a keyspace, and what has to be true after it. */
export interface Deed {
  object: ObjectRef;
  plan: ProviderPlan;
  /** What each node shows when it is done. */
  wanted: unknown;
  /** The steps that are no others' as well; all unless told. */
  isAbout?(step: PlannedStep): boolean;
  look(): Promise<unknown>;
}

/** Everything that a keyspace goes through, each from its beginning. */
export const deeds: { [action: string]: (scene: Scene) => Promise<Deed> } = {
  create: async scene => {
    const grants = [scene.portal.grant('reader')];
    const object = scene.unmade(...grants);
    return {
      object,
      plan: await scene.planned('create', object, grants),
      wanted: [all([spec]), all('reads')],
      look: async () => [
        await scene.definitions(object),
        await scene.reads(object, grants[0]),
      ],
    };
  },
  'first schema': async scene => {
    const grants = [scene.portal.grant('reader'), scene.portal.grant('writer')];
    const object = scene.unmade(...grants);
    const withSchema = {
      ...spec,
      schema:
        'CREATE TYPE p (x int); CREATE TABLE t (id int PRIMARY KEY, v frozen<p>); CREATE INDEX i ON t (v)',
    };
    return {
      object,
      plan: await scene.planned('create', object, grants, withSchema),
      isAbout: ({ kind }) => ['create-object', 'release-tables'].includes(kind),
      wanted: [all(['i']), all('reads'), all('reads')],
      look: async () => [
        (
          await scene.nodes.ask(
            'SELECT index_name FROM system_schema.indexes WHERE keyspace_name = ?',
            [object.name],
          )
        ).map(rows => rows.map(row => row.index_name)),
        await scene.reads(object, grants[0]),
        await scene.reads(object, grants[1]),
      ],
    };
  },
  update: async scene => {
    const object = await scene.existing();
    return {
      object,
      plan: await scene.planned('update', object, [], changed),
      wanted: all([changed]),
      look: () => scene.definitions(object),
    };
  },
  grant: async scene => {
    const grant = scene.portal.grant('writer');
    const object = await scene.existing();
    scene.clearLater(object.name, [grant]);
    return {
      object,
      plan: await scene.planned('grant', object, [grant]),
      wanted: all('reads'),
      look: () => scene.reads(object, grant),
    };
  },
  revoke: async scene => {
    const grant = scene.portal.grant('owner');
    const object = await scene.existing(grant);
    const password = await scene.portal.issue(grant.login.a);
    await scene.nodes.as(1, grant.login.a, password, client =>
      client.execute(`CREATE TABLE ${tableOf(object)} (id int PRIMARY KEY)`),
    );
    return {
      object,
      plan: await scene.planned('revoke', object, [grant]),
      wanted: [all('AuthenticationError'), all([]), []],
      look: async () => [
        await scene.nodes.readings(tableOf(object), grant.login.a, password),
        await scene.nodes.ask(`SELECT * FROM ${tableOf(object)}`),
        // The keyspace's own roles stay.
        await scene.cluster.leftovers('', [grant.login.a, grant.login.b]),
      ],
    };
  },
  quarantine: async scene => {
    const grants = [scene.portal.grant('reader'), scene.portal.grant('owner')];
    const object = await scene.existing(...grants);
    const password = await scene.portal.issue(grants[1].login.a);
    await scene.nodes.as(1, grants[1].login.a, password, client =>
      client.execute(`CREATE TABLE ${tableOf(object)} (id int PRIMARY KEY)`),
    );
    return {
      object,
      plan: await scene.planned('quarantine', object, grants),
      wanted: [all('may not read'), all('may not read'), all([spec])],
      look: async () => [
        await scene.reads(object, grants[0]),
        await scene.reads(object, grants[1]),
        await scene.definitions(object),
      ],
    };
  },
  restore: async scene => {
    const grants = [scene.portal.grant('reader')];
    const object = await scene.existing(...grants);
    await scene.portal.execute(
      object,
      await scene.planned('quarantine', object, grants),
    );
    // What is missing is made anew.
    const [{ login }] = grants;
    for (const role of [`${object.name}_ro`, login.a]) {
      await scene.cluster.admin(`DROP ROLE "${role}"`);
    }
    return {
      object,
      plan: await scene.planned('restore', object, grants),
      wanted: all('reads'),
      look: () => scene.reads(object, grants[0]),
    };
  },
  adopt: async scene => {
    const object = scene.unmade();
    await scene.cluster.createAdoptable(object.name, true);
    const before = await scene.cluster.asLeft(object.name);
    return {
      object,
      plan: await scene.planned('adopt', object),
      wanted: [{ exists: true, ours: true }, before],
      look: async () => {
        const seen = await scene.portal.provider.observe(
          [object],
          scene.portal.context(),
        );
        const { exists, ours } = seen.get(object.name)!;
        return [{ exists, ours }, await scene.cluster.asLeft(object.name)];
      },
    };
  },
  delete: async scene => {
    const grants = [scene.portal.grant('reader')];
    const object = await scene.existing(...grants);
    const plan = await scene.planned('delete', object, grants);
    return {
      object,
      plan,
      // Nobody's permission waits for the next keyspace of that name.
      wanted: [all([]), [], []],
      look: async () => [
        await scene.definitions(object),
        await scene.cluster.leftovers(
          object.name,
          grants.flatMap(({ login }) => [login.a, login.b]),
        ),
        (
          await scene.cluster.admin(
            'SELECT role, resource FROM system_auth.role_permissions',
          )
        ).filter(({ resource }) =>
          `${resource}/`.startsWith(`data/${object.name}/`),
        ),
      ],
    };
  },
};
