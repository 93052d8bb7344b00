import test from 'ava';
import { systemClock } from '../../../server/apimachinery/clock/clock.ts';
import { runtimeContract } from '../contract/runtime-contract.ts';
import { isolationProblem } from './isolation.ts';
import { ProcessRuntime } from './process-runtime.ts';

const problem = isolationProblem();
const claim = problem === undefined ? test : test.skip;
if (problem !== undefined) console.log(`not tested here: ${problem}`);

runtimeContract(
  (name, check) => claim(name, check),
  'process',
  async () => {
    const runtime = await ProcessRuntime.open({ clock: systemClock });
    const started: string[] = [];
    const start = runtime.startContainer.bind(runtime);
    runtime.startContainer = async (sandboxId, config) => {
      const status = await start(sandboxId, config);
      if (![...config.command, ...config.args].join(' ').includes('sleep')) started.push(status.id);
      return status;
    };
    const isOver = (id: string) => runtime.containerStatus(id)?.state !== 'running';
    /** What does not sleep is over: time is real here, and nobody waits longer than that takes. */
    const settle = async () => {
      while (!started.every(isOver)) await new Promise((resolve) => setImmediate(resolve));
    };
    return { runtime, settle };
  },
);
