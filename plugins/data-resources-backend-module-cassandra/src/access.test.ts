import {
  type EffectiveAccess,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import { KeyspaceScene } from './__testUtils__/KeyspaceScene';
import { uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

/** Ways into a keyspace that are not the portal's. */
describe('the access to a keyspace', () => {
  const scene = KeyspaceScene.forEachTest();

  async function createRole(role: string) {
    await scene.cluster.admin(`CREATE ROLE "${role}"`);
    scene.afterwards(() => scene.cluster.admin(`DROP ROLE "${role}"`));
  }

  it('should tell who may let others in by a permission on a group role', async () => {
    const { name } = await scene.create(
      'access',
      scene.spec(),
      scene.portal.grant('writer'),
    );
    const [friend, steward] = [uniqueName('friend'), uniqueName('steward')];
    for (const role of [friend, steward]) {
      await createRole(role);
    }
    await scene.cluster.admin(
      `GRANT AUTHORIZE ON ROLE "${name}_rw" TO "${friend}"`,
    );
    await scene.cluster.admin(`GRANT ALTER ON ALL ROLES TO "${steward}"`);
    await scene.cluster.admin(`GRANT "${steward}" TO "${friend}"`);
    const seen = [
      {
        login: friend,
        rights: ['AUTHORIZE'],
        via: `granted on the role ${name}_rw`,
        givenBy: [],
      },
      {
        login: friend,
        rights: ['ALTER'],
        via: `member of ${steward}, granted on all roles`,
        formerly: `member of ${steward}`,
        givenBy: [],
      },
      {
        login: steward,
        rights: ['ALTER'],
        via: 'granted on all roles',
        givenBy: [],
      },
    ];
    const ofThem = (entries: EffectiveAccess[]) =>
      entries.filter(({ login }) => [friend, steward].includes(login));
    expect(ofThem(await scene.portal.access(name))).toEqual(seen);

    // The drift pass reads all at once, and sees the same.
    const together = await scene.portal.provider.access([{ name }], {
      ...scene.portal.context(),
      reads: new SharedReads(),
    });
    expect(together.get(name)).toEqual(await scene.portal.access(name));
    // A way in for others is no use of one's own.
    const users = await scene.portal.provider.inspect(
      [{ name }],
      scene.portal.context(),
    );
    expect(users.get(name)!.users).toEqual([]);
  });

  it('should tell what a login has from its grant, and what from somebody else', async () => {
    const [reader, owner] = [
      scene.portal.grant('reader'),
      scene.portal.grant('owner'),
    ];
    const { name } = await scene.create(
      'access',
      { ...scene.spec(), schema: 'CREATE TABLE t (id int PRIMARY KEY)' },
      reader,
      owner,
    );
    const team = uniqueName('team');
    await createRole(team);
    const { a } = reader.login;
    for (const grant of [
      `"${name}_rw" TO "${a}"`,
      `MODIFY ON KEYSPACE "${name}" TO "${a}"`,
      `ALTER ON TABLE "${name}".t TO "${a}"`,
      `"${name}_owner" TO "${team}"`,
      `"${team}" TO "${a}"`,
    ]) {
      await scene.cluster.admin(`GRANT ${grant}`);
    }
    const access = await scene.portal.access(name);
    // Access is in the order of logins, whose names have a random part.
    const of = (login: string) => access.filter(one => one.login === login);
    const seen = [...of(a), ...of(owner.login.a)];
    expect(seen.map(({ via, givenBy }) => [via, givenBy])).toEqual([
      ['granted on the keyspace '.concat(name), []],
      ['granted on the table t', ['owner']],
      [`member of ${name}_ro`, ['reader']],
      [`member of ${name}_rw`, ['writer']],
      [`member of ${team} → ${name}_owner`, []],
      [`member of ${name}_owner`, ['owner']],
    ]);
  });
});
