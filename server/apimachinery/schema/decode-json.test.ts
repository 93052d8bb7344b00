/** Decoding: canonical form, Go's errors and strict errors, and input that means harm. */
import test from 'ava';
import fc from 'fast-check';
import { loadFacts } from '../../../openapi/facts.ts';
import { type JsonObject, rawJson } from '../json.ts';
import { compileFacts } from './compile-facts.ts';
import { DecodeError, MAX_DEPTH } from './decode-error.ts';
import { decodeJson, decodeObject, decodeUntyped, parseJson } from './decode-json.ts';
import { parseWithTypeMeta } from './type-meta.ts';
import { canonicalTime } from './go-time.ts';

const registry = compileFacts(loadFacts());
const CORE = 'io.k8s.api.core.v1';
const pod = registry.struct(`${CORE}.Pod`);

function decode(
  type: string,
  text: string | Uint8Array,
): { readonly json: string; readonly strictErrors: readonly string[] } {
  const { object, strictErrors } = decodeJson(registry.struct(type), Buffer.from(text));
  return { json: JSON.stringify(object), strictErrors };
}

function canonical(type: string, text: string): string {
  return decode(type, text).json;
}

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return 'no error';
}

test('fields come in the order of Go, zero values are dropped or written as each field demands', (t) => {
  const text = `{"status":{},"spec":{"nodeName":"","containers":[{"image":"i","name":"a","env":[]}],"hostNetwork":false,
    "terminationGracePeriodSeconds":0},"metadata":{"labels":{},"name":"p","creationTimestamp":null},"kind":"Pod"}`;
  t.is(
    canonical(`${CORE}.Pod`, text),
    '{"kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i","resources":{}}],' +
      '"terminationGracePeriodSeconds":0},"status":{}}',
  );
});

test('what was left out is written where Go has no omitempty', (t) => {
  t.is(
    canonical('io.k8s.api.apps.v1.Deployment', '{"spec":{}}'),
    '{"metadata":{},"spec":{"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"strategy":{}},"status":{}}',
  );
  t.is(canonical('io.k8s.api.rbac.v1.Role', '{}'), '{"metadata":{},"rules":null}');
  t.is(canonical('io.k8s.api.rbac.v1.Role', '{"rules":[]}'), '{"metadata":{},"rules":[]}');
  t.is(canonical(`${CORE}.ServiceSpec`, '{"ports":[{"port":80}]}'), '{"ports":[{"port":80,"targetPort":0}]}');
});

test('map keys are sorted, nulls in them are zero values', (t) => {
  t.is(canonical(`${CORE}.ConfigMap`, '{"data":{"b":"2","a":null}}'), '{"metadata":{},"data":{"a":"","b":"2"}}');
});

test('times, quantities and base64 are given their canonical form', (t) => {
  const meta = (time: string) =>
    canonical('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', `{"creationTimestamp":"${time}"}`);
  t.is(meta('2026-01-02T03:04:05.999+02:00'), '{"creationTimestamp":"2026-01-02T01:04:05Z"}');
  t.is(meta('0001-01-01T00:00:00Z'), '{}');
  const lease = '{"renewTime":"2026-01-02T03:04:05.678901-01:00"}';
  t.is(canonical('io.k8s.api.coordination.v1.LeaseSpec', lease), '{"renewTime":"2026-01-02T04:04:05.678901Z"}');
  const limits = '{"limits":{"cpu":0.5,"memory":"1024Mi","storage":1e3}}';
  t.is(canonical(`${CORE}.ResourceRequirements`, limits), '{"limits":{"cpu":"500m","memory":"1Gi","storage":"1e3"}}');
  t.is(
    canonical(`${CORE}.Secret`, String.raw`{"data":{"a":"YQ\n==","b":[1,2]}}`),
    '{"metadata":{},"data":{"a":"YQ==","b":"AQI="}}',
  );
});

test('64-bit integers keep all digits, in typed fields and in raw JSON', (t) => {
  t.is(
    canonical(
      'io.k8s.api.apps.v1.ControllerRevision',
      '{"data":{"n":12345678901234567890,"f":1.50},"revision":9223372036854775807}',
    ),
    '{"metadata":{},"data":{"n":12345678901234567890,"f":1.50},"revision":9223372036854775807}',
  );
});

test('type errors are worded as Go words them', (t) => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['{"spec":{"containers":"x"}}', 'string into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [
      '{"spec":{"containers":[{"ports":"x"}]}}',
      'string into Go struct field Container.spec.containers.ports of type []v1.ContainerPort',
    ],
    ['{"spec":{"containers":[1]}}', 'number into Go struct field PodSpec.spec.containers of type v1.Container'],
    [
      '{"spec":{"volumes":[{"emptyDir":true}]}}',
      'bool into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource',
    ],
    [
      '{"spec":{"restartPolicy":1,"nodeName":2}}',
      'number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy',
    ],
    ['{"metadata":{"generation":1e2}}', 'number 1e2 into Go struct field ObjectMeta.metadata.generation of type int64'],
    ['{"spec":{"priority":2147483648}}', 'number 2147483648 into Go struct field PodSpec.spec.priority of type int32'],
    ['{"metadata":{"labels":{"a":1}}}', 'number into Go struct field ObjectMeta.metadata.labels of type string'],
    ['{"metadata":{"labels":[]}}', 'array into Go struct field ObjectMeta.metadata.labels of type map[string]string'],
    [
      '{"metadata":{"creationTimestamp":5}}',
      'number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
    ['[]', 'array into Go value of type v1.Pod'],
  ];
  for (const [text, expected] of cases) {
    t.is(
      errorOf(() => decode(`${CORE}.Pod`, text)),
      `json: cannot unmarshal ${expected}`,
    );
  }
});

test('an error of a type that unmarshals itself comes before earlier type errors', (t) => {
  const text = '{"spec":{"restartPolicy":1},"metadata":{"creationTimestamp":"x"}}';
  const expected = 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"';
  t.is(
    errorOf(() => decode(`${CORE}.Pod`, text)),
    expected,
  );
});

test('times that cannot be read are refused with the element at which Go stops', (t) => {
  const layout = ' as "2006-01-02T15:04:05Z07:00": cannot parse';
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['2020-13-01T00:00:00Z', ': month out of range'],
    ['2021-02-29T10:00:00Z', ': day out of range'],
    ['2020-02-01T00:00:00Zx', ': extra text: "x"'],
    ['2020-02-01 10:00:00Z', `${layout} " 10:00:00Z" as "T"`],
    ['2020-02-01T00:00:00', `${layout} "" as "Z07:00"`],
    ['2020-1-1', `${layout} "1-1" as "01"`],
  ];
  for (const [time, expected] of cases) {
    const text = `{"metadata":{"creationTimestamp":"${time}"}}`;
    t.is(
      errorOf(() => decode(`${CORE}.Pod`, text)),
      `parsing time "${time}"${expected}`,
    );
  }
});

test('unknown and duplicate fields are reported in the order of the text, with their paths', (t) => {
  const text = `{"spec":{"a":1,"containers":[{"name":"a","x":1},{"zz":1}],"containers":[{"y":1}],"nodeName":"n"},
    "metadata":{"name":"a","name":"b","labels":{"k":"1","k":"2"}},"b":{"c":1,"c":2},"b":1}`;
  t.deepEqual(decode(`${CORE}.Pod`, text).strictErrors, [
    'unknown field "spec.a"',
    'unknown field "spec.containers[0].x"',
    'unknown field "spec.containers[1].zz"',
    'duplicate field "spec.containers"',
    'unknown field "spec.containers[0].y"',
    'duplicate field "metadata.name"',
    'duplicate field "metadata.labels.k"',
    'unknown field "b"',
  ]);
  const lenient = decodeJson(pod, Buffer.from(text), { strict: false });
  t.deepEqual(lenient.strictErrors, []);
  t.is((lenient.object.metadata as JsonObject).name, 'b');
});

test('no more than 100 strict errors are kept', (t) => {
  const unknown = Array.from({ length: 150 }, (_, index) => `"x${index}":1`).join(',');
  t.is(decode(`${CORE}.Pod`, `{${unknown}}`).strictErrors.length, 100);
});

test('duplicates are decoded into one another as Go does', (t) => {
  const text =
    '{"spec":{"nodeName":"x","containers":[{"name":"a"},{"name":"b"}]},"spec":{"hostNetwork":true,"containers":[{"image":"j"}]}}';
  const expected =
    '{"metadata":{},"spec":{"containers":[{"name":"a","image":"j","resources":{}}],"nodeName":"x","hostNetwork":true},"status":{}}';
  t.is(canonical(`${CORE}.Pod`, text), expected);
  t.is(JSON.stringify(decodeJson(pod, Buffer.from(text), { strict: false }).object), expected);
});

test('a null after a duplicate resets what reads itself and leaves other values alone', (t) => {
  const port = (value: string) =>
    canonical(`${CORE}.ServicePort`, `{"port":1,"targetPort":${value}}`).replace('{"port":1,', '{');
  t.is(port('"web","targetPort":null'), '{"targetPort":0}');
  t.is(port('8080,"targetPort":null'), '{"targetPort":8080}');
  const capacity = '{"value":"2","value":null}';
  t.is(canonical('io.k8s.api.resource.v1.DeviceCapacity', capacity), '{"value":"0"}');
});

test('values kept as they came have sorted keys where upstream has had them in maps', (t) => {
  const schema = registry.struct('io.k8s.api.resource.v1.OpaqueDeviceConfiguration');
  const read = (options: { sortRaw?: boolean }) =>
    JSON.stringify(decodeObject(schema, { driver: 'd', parameters: { b: { z: 1, a: 2 }, a: 1 } }, options).object);
  t.is(read({}), '{"driver":"d","parameters":{"b":{"z":1,"a":2},"a":1}}');
  t.is(read({ sortRaw: true }), '{"driver":"d","parameters":{"a":1,"b":{"a":2,"z":1}}}');
});

test('malformed JSON is refused in the words of encoding/json', (t) => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} {}', "invalid character '{' after top-level value"],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['-a', "invalid character 'a' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['"\t"', "invalid character '\\t' in string literal"],
    ['\uFEFF{}', "invalid character 'ï' looking for beginning of value"],
  ];
  for (const [text, expected] of cases)
    t.is(
      errorOf(() => parseJson(Buffer.from(text))),
      expected,
      text,
    );
});

test('the kind is read without regard to case, and its errors carry the prefix of upstream', (t) => {
  const { typeMeta } = parseWithTypeMeta(Buffer.from('{"Kind":"Deployment","APIVERSION":"apps/v1"}'));
  t.deepEqual(typeMeta, { kind: 'Deployment', apiVersion: 'apps/v1', group: 'apps', version: 'v1' });
  const prefix = "couldn't get version/kind; json parse error: ";
  const failing = (text: string) => errorOf(() => parseWithTypeMeta(Buffer.from(text)));
  t.is(failing('{'), `${prefix}unexpected end of JSON input`);
  t.is(failing('{"kind":1}'), `${prefix}json: cannot unmarshal number into Go struct field .kind of type string`);
  t.is(failing('{"apiVersion":"a/b/c"}'), 'unexpected GroupVersion string: a/b/c');
});

test('invalid UTF-8 and lone surrogates become U+FFFD, one for each byte', (t) => {
  const bytes = Buffer.concat([
    Buffer.from('{"data":{"a":"'),
    Buffer.of(0xff, 0xe2, 0x82),
    Buffer.from('\\ud83d\\ude00\\ud800"}}'),
  ]);
  t.is(decode(`${CORE}.ConfigMap`, bytes).json, '{"metadata":{},"data":{"a":"\uFFFD\uFFFD\uFFFD😀\uFFFD"}}');
});

test('keys named like prototype members are keys like any other', (t) => {
  const text = '{"metadata":{"labels":{"constructor":"c","__proto__":"p"}},"__proto__":{"polluted":1},"constructor":1}';
  const { json, strictErrors } = decode(`${CORE}.ConfigMap`, text);
  t.is(json, '{"metadata":{"labels":{"__proto__":"p","constructor":"c"}}}');
  t.deepEqual(strictErrors, ['unknown field "__proto__"', 'unknown field "constructor"']);
  t.is(({} as JsonObject).polluted, undefined);
});

test('nesting beyond the limit is refused, up to it nothing overflows', (t) => {
  const nested = (depth: number) => `{"data":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const type = 'io.k8s.api.apps.v1.ControllerRevision';
  t.notThrows(() => decode(type, nested(MAX_DEPTH - 1)));
  t.is(
    errorOf(() => decode(type, nested(MAX_DEPTH))),
    "invalid character '[' exceeded max depth",
  );
  t.is(
    errorOf(() => decode(type, nested(200_000))),
    "invalid character '[' exceeded max depth",
  );
  const schema = `${'{"properties":{"a":'.repeat(450)}{}${'}}'.repeat(450)}`;
  t.notThrows(() => decode('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps', schema));
});

test('values parsed elsewhere are decoded alike', (t) => {
  const value = {
    spec: { containers: [{ name: 'a', x: 1 }], priority: 1 },
    metadata: { generation: rawJson('9007199254740993') },
  };
  const { object, strictErrors } = decodeObject(pod, value);
  t.is(
    JSON.stringify(object),
    '{"metadata":{"generation":9007199254740993},"spec":{"containers":[{"name":"a","resources":{}}],"priority":1},"status":{}}',
  );
  t.deepEqual(strictErrors, ['unknown field "spec.containers[0].x"']);
  t.is(
    errorOf(() => decodeObject(pod, { spec: 1 })),
    'json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec',
  );
});

test('a list of bytes over an earlier value keeps the bytes of which it says null', (t) => {
  const csr = 'io.k8s.api.certificates.v1.CertificateSigningRequestSpec';
  t.is(canonical(csr, '{"request":"LS0=","request":[null],"signerName":"s"}'), '{"request":"LQ==","signerName":"s"}');
});

test('a value that was a map before is read in the order of its keys', (t) => {
  const schema = registry.struct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  const wrong = () => ({ name: {}, labels: { a: [] } });
  t.regex(
    errorOf(() => decodeObject(schema, wrong())),
    /ObjectMeta\.name/,
  );
  t.regex(
    errorOf(() => decodeObject(schema, wrong(), { byKey: true })),
    /ObjectMeta\.labels/,
  );
});

test('documents without a type report duplicates only', (t) => {
  const text = '{"b":{"x":1,"x":2},"n":12345678901234567890,"i":9007199254740993,"f":1.0}';
  const { value, strictErrors } = decodeUntyped(parseJson(Buffer.from(text)));
  t.is(JSON.stringify(value), '{"b":{"x":2},"n":12345678901234567000,"i":9007199254740993,"f":1}');
  t.deepEqual(strictErrors, ['duplicate field "b.x"']);
});

test('JSONSchemaProps variants take a schema or their alternative', (t) => {
  const type = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
  const text = '{"items":[{"type":"a"}],"additionalProperties":false,"dependencies":{"x":["y"],"z":{"type":"b"}}}';
  t.is(
    canonical(type, text),
    '{"items":[{"type":"a"}],"additionalProperties":false,"dependencies":{"x":["y"],"z":{"type":"b"}}}',
  );
  t.is(
    errorOf(() => decode(type, '{"additionalProperties":1}')),
    'boolean or JSON schema expected',
  );
});

test('an integer that JavaScript holds is a number, also where its text was kept, and -0 is 0', (t) => {
  const spec = { activeDeadlineSeconds: rawJson('-0'), terminationGracePeriodSeconds: rawJson('30') };
  const { object } = decodeObject(pod, { spec: { ...spec, containers: [] } });
  t.like(object.spec, { activeDeadlineSeconds: 0, terminationGracePeriodSeconds: 30 });
});

test('a micro time of any zone is the instant that it says, and its canonical form stays as it is', (t) => {
  const digits = (value: number, count = 2): string => String(value).padStart(count, '0');
  const date = fc.date({
    min: new Date('1000-01-02T00:00:00Z'),
    max: new Date('9999-12-30T00:00:00Z'),
    noInvalidDate: true,
  });
  const micros = fc.integer({ min: 0, max: 999_999 });
  const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  const property = fc.property(date, micros, offset, (time, fraction, minutes) => {
    const seconds = new Date(Math.floor(time.getTime() / 1000) * 1000);
    const local = new Date(seconds.getTime() + minutes * 60_000).toISOString().slice(0, 19);
    const zone = `${minutes < 0 ? '-' : '+'}${digits(Math.trunc(Math.abs(minutes) / 60))}:${digits(Math.abs(minutes) % 60)}`;
    const expected = `${seconds.toISOString().slice(0, 19)}.${digits(fraction, 6)}Z`;
    t.is(canonicalTime(`${local}.${digits(fraction, 6)}${zone}`, 'micro'), expected);
    t.is(canonicalTime(expected, 'micro'), expected);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});

test('an int-or-string is any text or any integer of 32 bits, and comes back as it was', (t) => {
  const field = (value: unknown): string => JSON.stringify({ port: 1, targetPort: value });
  const fine = fc.property(fc.oneof(fc.integer(), fc.string({ unit: 'binary' })), (value) => {
    const { port, targetPort } = JSON.parse(canonical(`${CORE}.ServicePort`, field(value))) as Record<string, unknown>;
    t.deepEqual([port, targetPort], [1, value]);
  });
  t.notThrows(() => fc.assert(fine, { numRuns: 500 }));
  const outside = fc
    .bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
    .filter((value) => value !== BigInt.asIntN(32, value));
  const refused = fc.property(outside, (value) => {
    const text = `{"port":1,"targetPort":${value}}`;
    const message = errorOf(() => canonical(`${CORE}.ServicePort`, text));
    t.is(message, `json: cannot unmarshal number ${value} into Go struct field ServicePort.targetPort of type int32`);
  });
  t.notThrows(() => fc.assert(refused, { numRuns: 200 }));
});
