/** Selectors of devices: CEL on what a driver says of a device, compiled once for each expression. */
import type { Device, DeviceSelector } from '../../../backends/scheduler/interface.ts';
import { STRING } from '../../apimachinery/cel/cel-type.ts';
import { loadCel } from '../../apimachinery/cel/load-cel.ts';
import { CelMap, CelMessage, type CelValue } from '../../apimachinery/cel/values.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import { deviceVariables } from '../../apis/resource/device-selectors.ts';
import { EXPRESSIONS_KNOWN } from '../limits.ts';

const known = new Map<string, DeviceSelector>();
const described = new WeakMap<Device, CelValue>();

export function deviceSelectors(selectors: JsonValue | undefined): DeviceSelector[] {
  return asObjects(selectors).map(({ cel }) => selectorOf(asText(asObject(cel).expression)));
}

function selectorOf(expression: string): DeviceSelector {
  let selector = known.get(expression);
  if (selector === undefined) {
    if (known.size >= EXPRESSIONS_KNOWN) known.clear();
    known.set(expression, (selector = compile(expression)));
  }
  return selector;
}

/** What does not compile fails with the first device. */
function compile(expression: string): DeviceSelector {
  let evaluate: DeviceSelector | undefined;
  return (device) => {
    if (evaluate === undefined) {
      const { PER_CALL_LIMIT } = loadCel();
      const program = loadCel().compileCel(expression, deviceVariables);
      evaluate = (of) => program.evaluate(new Map([['device', () => describe(of)]]), PER_CALL_LIMIT).value === true;
    }
    try {
      return evaluate(device);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`CEL runtime error: ${why}`, { cause: error });
    }
  };
}

function describe(device: Device): CelValue {
  let value = described.get(device);
  if (value === undefined) {
    const fields = new Map<string, CelValue>([
      ['driver', device.driver],
      ['attributes', byDomain(device.attributes, attributeValue)],
      ['capacity', byDomain(device.capacities, (text) => made('quantity', text))],
      ['allowMultipleAllocations', false],
    ]);
    described.set(device, (value = new CelMessage('kubernetes.DRADevice', fields)));
  }
  return value;
}

function attributeValue(text: string): CelValue {
  const { bool, int, string, version } = JSON.parse(text) as JsonObject;
  if (typeof bool === 'boolean') return bool;
  if (typeof int === 'number') return BigInt(int);
  return typeof version === 'string' ? made('semver', version) : asText(string);
}

/** As CEL's own function makes it. */
function made(name: 'quantity' | 'semver', text: string): CelValue {
  const { compileCel, PER_CALL_LIMIT } = loadCel();
  return compileCel(`${name}(x)`, new Map([['x', STRING]])).evaluate(new Map([['x', () => text]]), PER_CALL_LIMIT)
    .value;
}

function byDomain(of: ReadonlyMap<string, string>, valueOf: (text: string) => CelValue): CelMap {
  const domains = new Map<string, Map<string, CelValue>>();
  for (const [name, text] of of) {
    const slash = name.indexOf('/');
    const domain = name.slice(0, slash);
    const values = domains.get(domain) ?? new Map<string, CelValue>();
    domains.set(domain, values.set(name.slice(slash + 1), valueOf(text)));
  }
  return new Named(new Map([...domains].map(([domain, values]) => [domain, new Named(values)])), new Named(new Map()));
}

/** A map from texts. With `otherwise`, nothing is missing: a domain that the driver does not speak of is empty. */
class Named extends CelMap {
  readonly #values: ReadonlyMap<string, CelValue>;
  readonly #otherwise: CelValue | undefined;

  constructor(values: ReadonlyMap<string, CelValue>, otherwise?: CelValue) {
    super();
    this.#values = values;
    this.#otherwise = otherwise;
  }

  find(key: CelValue): CelValue | undefined {
    return typeof key === 'string' ? (this.#values.get(key) ?? this.#otherwise) : undefined;
  }

  keys(): readonly CelValue[] {
    return [...this.#values.keys()];
  }

  get size(): number {
    return this.#values.size;
  }
}
