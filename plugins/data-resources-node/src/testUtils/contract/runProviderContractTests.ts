import { accessContract } from './accessContract';
import { adoptContract } from './adoptContract';
import { ContractBench } from './ContractBench';
import { changeContract } from './changeContract';
import { createContract } from './createContract';
import { deleteContract } from './deleteContract';
import { discoveryContract } from './discoveryContract';
import { exportContract } from './exportContract';
import { faultContract } from './faultContract';
import { inspectContract } from './inspectContract';
import { loginContract } from './loginContract';
import { planContract } from './planContract';
import { quarantineContract } from './quarantineContract';
import type { ProviderContractOptions } from './ProviderContractFixture';

/**
 * The tests that every engine passes on its real server. Call it at the top of a test file.
 *
 * @public
 */
export function runProviderContractTests(
  options: ProviderContractOptions,
): void {
  describe(`${options.name} provider contract`, () => {
    jest.setTimeout(options.timeoutMs ?? 120_000);
    let bench: ContractBench | undefined;

    beforeAll(async () => {
      bench = new ContractBench(await options.setUp());
    });
    afterEach(() => bench?.cleanUp());
    afterAll(() => options.tearDown?.());

    const parts = [
      planContract,
      createContract,
      changeContract,
      quarantineContract,
      deleteContract,
      accessContract,
      loginContract,
      discoveryContract,
      inspectContract,
      adoptContract,
      exportContract,
      faultContract,
    ];
    parts.forEach(part => part(() => bench!));
  });
}
