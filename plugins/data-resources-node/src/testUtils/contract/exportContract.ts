import { exportInput } from '../exportInput';
import type { ContractBench } from './ContractBench';

/** Exports are pure, whole and say where the login comes from instead of what it is. */
export function exportContract(bench: () => ContractBench): void {
  describe('exports', () => {
    const input = (...roles: string[]) => {
      const [principal] = roles.map(role => bench().grant(role).principal);
      return exportInput({
        instance: bench().instance,
        type: bench().type.type,
        name: bench().fixture.uniqueName(),
        spec: bench().spec,
        grants: roles.map(role => bench().grant(role, principal)),
      });
    };
    const formats = () => bench().type.exports ?? [];

    it('should have ids and titles that tell them apart', () => {
      for (const key of ['id', 'title'] as const) {
        const all = formats().map(format => format[key]);
        expect(new Set(all).size).toBe(all.length);
      }
      for (const { id } of formats()) {
        expect(id).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
      }
    });

    it('should be the same for the same input, and change nothing of it', () => {
      for (const roles of [
        [],
        ...bench().roles.map(role => [role]),
        bench().roles,
      ]) {
        const given = input(...roles);
        const before = structuredClone(given);
        for (const format of formats()) {
          expect(format.render(given)).toEqual(
            format.render(structuredClone(before)),
          );
        }
        expect(given).toEqual(before);
      }
    });

    it('should be files of text with a name and an end', () => {
      const files = [input(), input(...bench().roles)].flatMap(given =>
        formats().flatMap(format => format.render(given) ?? []),
      );

      for (const { fileName, text } of files) {
        expect(fileName).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
        expect(text).toMatch(/\S\n$/);
        expect(text).not.toContain('undefined');
        expect(text).not.toContain('[object');
      }
    });

    it('should name all who have a grant in a declaration, and those alone', () => {
      const [first, second, stranger] = [0, 1, 0].map(index =>
        bench().grant(bench().roles[index]),
      );
      const given = { ...input(), grants: [first, second] };
      const texts = formats()
        .filter(({ audience }) => audience === 'declaration')
        .map(format => format.render(given)!.text);

      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) {
        for (const { principal } of [first, second]) {
          expect(text).toContain(principal);
        }
        expect(text).not.toContain(stranger.login.base);
      }
    });
  });
}
