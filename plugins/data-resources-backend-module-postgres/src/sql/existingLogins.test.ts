import fc from 'fast-check';
import { hostileText as text } from '../__testUtils__/hostile';
import { HostileScene, NOTHING } from '../__testUtils__/HostileScene';
import { grantGroup, grantOwner, revokeGroup, revokeOwner } from './grants';
import { ident, literal } from './identifiers';
import {
  createLogins,
  disableLogin,
  dropLogins,
  endSessionsOf,
  handOverOwned,
} from './logins';
import { becomeMember, inheritFrom, roleMarker } from './statements';

jest.setTimeout(120_000);

const RUNS = 2_000;

/** As those about a database: every statement about logins and what they may, on the real server. */
describe('statements about logins, with hostile names and values', () => {
  let scene: HostileScene;

  beforeAll(async () => {
    scene = await HostileScene.create();
  });
  afterAll(() => scene.close());

  it('should give roles to the logins of any name, and take them, and hand over what they own', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, mine) => {
        const { database, roles, first } = scene.of(name);
        const { owner, rw, ro } = roles;
        const login = `l${mine}`;
        const before = [...first, createLogins([login])];
        expect(await scene.within(before, grantGroup(ro, [login]))).toEqual({
          made: [`in ${ro} ${login}`],
          gone: [],
        });
        expect(
          await scene.within(
            before,
            `${grantGroup(ro, [login])} ${revokeGroup(database, ro, [login])}`,
          ),
        ).toEqual(NOTHING);
        const granting = grantOwner(database, roles, [login], {
          routines: true,
        });
        expect(await scene.within(before, granting)).toEqual({
          made: [
            `in ${owner} ${login}`,
            ...[owner, rw, ro].map(group => `later ${login} ${group}`),
            `set ${database} ${login} role=${owner}`,
          ].sort(),
          gone: [],
        });
        const table = `CREATE TABLE public.made (i int); ALTER TABLE public.made OWNER TO ${ident(
          login,
        )}`;
        expect(
          await scene.within(
            [...before, granting, table],
            revokeOwner(database, owner, [login]),
          ),
        ).toEqual({
          made: [`table public made ${owner} ${owner}`],
          gone: [
            `in ${owner} ${login}`,
            ...[owner, rw, ro].map(group => `later ${login} ${group}`),
            `set ${database} ${login} role=${owner}`,
            `table public made ${login} ${login}`,
          ].sort(),
        });
        expect(
          await scene.within([...before, table], handOverOwned(roles, [login])),
        ).toEqual({
          made: [`table public made ${owner} ${owner}`],
          gone: [`table public made ${login} ${login}`],
        });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should end the sessions of logins, shut them and drop them, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, mine) => {
        const { database, first } = scene.of(name);
        const [login, stays] = [`l${mine}`, `k${mine}`];
        const before = [
          ...first,
          createLogins([login, stays]),
          `ALTER ROLE ${ident(login)} VALID UNTIL 'infinity'`,
        ];
        expect(
          await scene.within(before, endSessionsOf([login], database)),
        ).toEqual(NOTHING);
        expect(await scene.within(before, disableLogin(login))).toEqual({
          made: [`role ${login} t -infinity`],
          gone: [`role ${login} t infinity`],
        });
        expect(await scene.within(before, dropLogins([login]))).toEqual({
          made: [],
          gone: [`role ${login} t infinity`],
        });
        for (const become of [becomeMember, inheritFrom]) {
          expect(await scene.within(before, become(stays))).toEqual({
            made: [`in ${stays} ${scene.me}`],
            gone: [],
          });
        }
        const marker = roleMarker(mine, database, name);
        expect(
          await scene.within(
            before,
            `COMMENT ON ROLE ${ident(stays)} IS ${literal(marker)}`,
          ),
        ).toEqual({ made: [`comment ${marker}`], gone: [] });
      }),
      { numRuns: RUNS / 5 },
    );
  });
});
