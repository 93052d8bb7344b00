/** Protobuf: bytes equal to Go's, round trips of random objects of every kind, malformed bytes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { loadFacts } from '../../../../openapi/facts.ts';
import { compileFacts } from '../compile-facts.ts';
import { DecodeError, MAX_DEPTH } from '../decode-error.ts';
import { decodeJson, decodeObject } from '../decode-json.ts';
import { decodeYaml } from '../../yaml/decode-yaml.ts';
import { encodeYaml } from '../../yaml/encode-yaml.ts';
import { arbitraryObject } from '../contract/arbitrary-object.ts';
import { populatedObject } from '../contract/populated-object.ts';
import { toStoredForm } from '../stored-form.ts';
import { Kind, type StructSchema } from '../type-schema.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { encodeProtobuf, encodeProtobufObject } from './encode-protobuf.ts';
import { frame, frameWatchEvent, unwrapUnknown, wrapUnknown } from './envelope.ts';

const registry = compileFacts(loadFacts());

/**
 * By type, the start of the SHA-256 of what Go's generated Marshal makes of its populated object. UPDATE_RECORDS=1 asks Go
 * again, by the program in openapi/extractor/sums.
 */
const sumsFile = new URL('./populated-sums.json', import.meta.url);

/** Group, version, kind, JSON and what Go's generated Marshal makes of it. */
const GOLDEN: ReadonlyArray<readonly [group: string, version: string, kind: string, json: string, bytes: string]> = [
  [
    '',
    'v1',
    'Pod',
    '{"metadata":{"name":"web","labels":{"b":"2","a":"1"},"creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"0.5"}},"livenessProbe":{"httpGet":{"port":"http"}}}],"volumes":[{"name":"tmp","emptyDir":{}}],"terminationGracePeriodSeconds":30}}',
    'CisKA3dlYhIAGgAiACoAMgA4AEIICKXr3MoGEABaBgoBYRIBMVoGCgFiEgEyEogBCgsKA3RtcBIEEgIKABJbCgFjEgVuZ2lueCoAMgoKABAAGFAiACoAQg8KDQoDY3B1EgYKBDUwMG1SIAoUEhIKABIKCAEQABoEaHR0cBoAIgAQABgAIAAoADAAagByAIABAIgBAJABAKIBABoAIB4yAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBABoTCgAaACIAKgAyAEoAWgByAIgBAA==',
  ],
  [
    '',
    'v1',
    'Secret',
    '{"metadata":{"name":"s"},"data":{"k":"AQID","":""},"type":"Opaque"}',
    'ChEKAXMSABoAIgAqADIAOABCABIECgASABIICgFrEgMBAgMaBk9wYXF1ZQ==',
  ],
  [
    'coordination.k8s.io',
    'v1',
    'Lease',
    '{"spec":{"renewTime":"2026-01-02T03:04:05.678901Z","leaseDurationSeconds":-1}}',
    'ChAKABIAGgAiACoAMgA4AEIAEhkQ////////////ASIMCKXr3MoGEIjq3MMC',
  ],
  [
    'apps',
    'v1',
    'Deployment',
    '{"spec":{"replicas":0,"selector":null,"strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}}}}',
    'ChAKABIAGgAiACoAMgA4AEIAElEIABowChAKABIAGgAiACoAMgA4AEIAEhwaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIhcKABITCgYIABABGgASCQgBEAAaAzI1JSgAOAAaDAgAEAAYACAAKAA4AA==',
  ],
  [
    'apiextensions.k8s.io',
    'v1',
    'CustomResourceDefinition',
    '{"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"maximum":1.5,"additionalProperties":true,"items":[{}],"default":{"a":1}}}}]}}',
    'ChAKABIAGgAiACoAMgA4AEIAEnoKABoICgASACIAKgAiADpoCgJ2MRAAGAAiXApaCgASACIAKgAyADoAQgkKB3siYSI6MX1JAAAAAAAA+D9QAGAAegCQAQDCASASHgoAEgAiACoAMgA6AFAAYAB6AJABAKgCALgCAMACAPIBAggBqAIAuAIAwAIAOABQABoMEggKABIAIgAqACAA',
  ],
  [
    'authorization.k8s.io',
    'v1',
    'SubjectAccessReview',
    '{"spec":{"extra":{"scopes":["a",""]},"user":"é"}}',
    'ChAKABIAGgAiACoAMgA4AEIAEhcaAsOpKg8KBnNjb3BlcxIFCgFhCgAyABoICAASABoAIAA=',
  ],
];

function structOf(group: string, version: string, kind: string): StructSchema {
  const schema = registry.forKind(group, version, kind);
  if (schema === undefined) throw new Error(`no ${kind}`);
  return schema;
}

for (const [group, version, kind, json, bytes] of GOLDEN) {
  test(`a ${kind} is encoded to the bytes of Go`, (t) => {
    const schema = structOf(group, version, kind);
    const encoded = encodeProtobuf(schema, decodeJson(schema, Buffer.from(json)).object);
    t.is(Buffer.from(encoded).toString('base64'), bytes);
  });
}

const kinds = [...registry.names()].flatMap((name) => {
  const schema = registry.get(name);
  const hasForm = schema?.kind === Kind.struct && schema.gvks.length > 0 && !schema.goName.startsWith('Table');
  return hasForm ? [schema] : [];
});

test('random objects of every kind come back from protobuf as they were', (t) => {
  t.true(kinds.length > 150);
  for (const schema of kinds) {
    fc.assert(
      fc.property(arbitraryObject(schema), (value) => {
        const { object } = decodeJson(schema, Buffer.from(JSON.stringify(value)));
        toStoredForm(schema, object);
        t.is(JSON.stringify(decodeProtobuf(schema, encodeProtobuf(schema, object))), JSON.stringify(object));
      }),
      { numRuns: 5 },
    );
  }
});

test('a populated object of every kind comes back from protobuf and from YAML as it was', (t) => {
  for (const schema of kinds) {
    const populated = populatedObject(schema);
    const { object, strictErrors } = decodeJson(schema, Buffer.from(JSON.stringify(populated)), { strict: true });
    t.deepEqual(strictErrors, [], schema.name);
    const json = JSON.stringify(populated);
    t.is(JSON.stringify(object), json, `JSON of ${schema.name}`);
    t.is(JSON.stringify(decodeProtobuf(schema, encodeProtobuf(schema, object))), json, `protobuf of ${schema.name}`);
    const { value, duplicates } = decodeYaml(encodeYaml(object));
    t.deepEqual(duplicates, []);
    t.is(JSON.stringify(decodeObject(schema, value).object), json, `YAML of ${schema.name}`);
  }
});

test('a populated object of every kind is encoded to the bytes of Go', (t) => {
  if (process.env.UPDATE_RECORDS !== undefined) writeFileSync(sumsFile, sumsOfGo());
  const sums = Object.entries(JSON.parse(readFileSync(sumsFile, 'utf8')) as Record<string, string>);
  t.true(sums.length > 200);
  for (const [name, sum] of sums) {
    const schema = registry.struct(name);
    const bytes = encodeProtobuf(schema, populatedObject(schema));
    t.true(createHash('sha256').update(bytes).digest('hex').startsWith(sum), name);
  }
});

function sumsOfGo(): string {
  const samples = kinds.flatMap((schema) => {
    // Events of a watch have a frame of their own.
    const gvk = schema.gvks.find(({ kind }) => kind !== 'WatchEvent');
    if (gvk === undefined) return [];
    const { group, version, kind } = gvk;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const json = JSON.stringify({ kind, apiVersion, ...populatedObject(schema) });
    return [JSON.stringify({ type: schema.name, ...gvk, json })];
  });
  const cwd = new URL('../../../../openapi/extractor/', import.meta.url);
  return execFileSync('go', ['run', './sums'], { cwd, input: samples.join('\n'), encoding: 'utf8' });
}

test('malformed bytes are refused, never more', (t) => {
  const golden = fc.constantFrom(...GOLDEN);
  fc.assert(
    fc.property(golden, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(), (row, changes, end) => {
      const bytes = Buffer.from(row[4], 'base64');
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      try {
        const schema = structOf(row[0], row[1], row[2]);
        JSON.stringify(decodeProtobuf(schema, bytes.subarray(0, 1 + (end % bytes.length))));
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('errors on malformed bytes are those of Go', (t) => {
  const schema = structOf('', 'v1', 'Pod');
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['0a050a', 'unexpected EOF'],
    ['0801', 'proto: wrong wireType = 0 for field ObjectMeta'],
    ['0c', 'proto: Pod: wiretype end group for non-group'],
    ['00', 'proto: Pod: illegal tag 0 (wire type 0)'],
    ['0affffffffffffffffff01', 'proto: negative length found during unmarshaling'],
    ['0affffffffffffffffffff01', 'proto: integer overflow'],
    ['7c', 'proto: Pod: wiretype end group for non-group'],
  ];
  for (const [hex, message] of cases) t.throws(() => decodeProtobuf(schema, Buffer.from(hex, 'hex')), { message }, hex);
});

test('unknown fields and groups are passed over, repeated messages are merged', (t) => {
  const schema = structOf('', 'v1', 'Pod');
  const meta = (hex: string) => `0a${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  const unknown = '7a0161'.concat('a30608017b08017ca406', 'f90600000000000000000');
  const bytes = Buffer.from(`${meta('0a0161')}${unknown.slice(0, 26)}${meta('1a0162')}`, 'hex');
  t.is(
    JSON.stringify(decodeProtobuf(schema, bytes)),
    '{"metadata":{"name":"a","namespace":"b"},"spec":{"containers":null},"status":{}}',
  );
});

test('nesting without end is refused', (t) => {
  let bytes = Buffer.alloc(0);
  // JSONSchemaProps.not (28), in itself.
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const length: number[] = [];
    for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
      length.push(rest < 128 ? rest : (rest % 128) | 128);
      if (rest < 128) break;
    }
    bytes = Buffer.concat([Buffer.from([0xe2, 0x01, ...length]), bytes]);
  }
  const schema = registry.struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  t.throws(() => decodeProtobuf(schema, bytes), { instanceOf: DecodeError, message: 'exceeded max depth' });
});

test('the envelope holds kind and apiVersion, and comes apart again', (t) => {
  const schema = structOf('', 'v1', 'ConfigMap');
  const { object } = decodeJson(schema, Buffer.from('{"kind":"ConfigMap","apiVersion":"v1","data":{"a":"b"}}'));
  const bytes = encodeProtobufObject(schema, object);
  t.is(Buffer.from(bytes.subarray(0, 19)).toString('latin1'), 'k8s\0\n\x0f\n\x02v1\x12\tConfigM');
  const unknown = unwrapUnknown(bytes);
  t.deepEqual([unknown.kind, unknown.apiVersion, unknown.contentType], ['ConfigMap', 'v1', '']);
  t.deepEqual(wrapUnknown(unknown, unknown.raw), bytes);
  t.is(JSON.stringify(decodeProtobuf(schema, unknown.raw, unknown)), JSON.stringify(object));
});

test('bytes without the envelope are refused as upstream refuses them', (t) => {
  t.throws(() => unwrapUnknown(Buffer.alloc(0)), { message: 'empty data' });
  t.throws(() => unwrapUnknown(Buffer.from('k8s\0')), { message: 'empty body' });
  t.throws(() => unwrapUnknown(Buffer.from('{}')), {
    message: 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
  });
});

test('watch events are framed by their length', (t) => {
  const body = Buffer.from('k8s\0body');
  const framed = Buffer.from(frameWatchEvent('ADDED', body));
  t.is(framed.readUInt32BE(0), framed.length - 4);
  t.is(framed.subarray(4).toString('latin1'), '\n\x05ADDED\x12\x0a\n\x08k8s\0body');
  t.deepEqual(Buffer.from(frame(body)).subarray(0, 4), Buffer.of(0, 0, 0, 8));
});
