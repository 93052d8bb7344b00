/** From a question to its answer: names of the cluster from its records, all others from whom the machine asks. Pure but for those others. */
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type Question,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
} from 'dns-packet';
import { DNS_TTL } from './limits.ts';
import { type ClusterNames, type ClusterRecord, recordsOf } from './records.ts';

/** Codes of RFC 1035. */
const SERVER_FAILED = 2;
const NO_SUCH_NAME = 3;
const NOT_IMPLEMENTED = 4;

export interface AnswerParts {
  readonly names: ClusterNames;
  /** Asks others. Undefined: nobody has answered. */
  readonly forward: (query: Buffer) => Promise<Buffer | undefined>;
}

/** Undefined: this is no query. */
export async function answerTo(query: Buffer, { names, forward }: AnswerParts): Promise<Buffer | undefined> {
  const asked = read(query);
  if (asked === undefined) return undefined;
  const [question, ...more] = asked.questions ?? [];
  if (question === undefined || more.length > 0 || asked.opcode !== 'QUERY')
    return reply(asked, { code: NOT_IMPLEMENTED });
  const name = question.name.toLowerCase().replace(/\.$/, '');
  const records = recordsOf(name, names);
  if (records === undefined && !isOurs(name, names.domain))
    return (await forward(query)) ?? reply(asked, { code: SERVER_FAILED });
  if (records === undefined) return reply(asked, { code: NO_SUCH_NAME, domain: names.domain });
  const answers = records.filter(
    ({ type }) => type === question.type || type === 'CNAME' || question.type === ('ANY' as never),
  );
  // Whoever follows the name gets what others know of it.
  const further = question.type === 'CNAME' ? [] : await followed(answers, { question, asked, names, forward });
  const address = answers.flatMap((record) =>
    record.type === 'SRV' ? (recordsOf(record.data.target, names) ?? []) : [],
  );
  return reply(asked, {
    answers: [...answers.map((record) => resourceRecord(record, question)), ...further],
    additionals: address.map((record) => resourceRecord(record)),
    domain: names.domain,
  });
}

/** Shorter, for who takes no more: with a word that there is more. */
export function truncated(answer: Buffer, size: number): Buffer {
  if (answer.length <= size) return answer;
  const { answers: _, additionals: __, authorities: ___, ...rest } = decode(answer);
  return encode({ ...rest, flags: (rest.flags ?? 0) | 0x200 });
}

/** Bytes of an answer that who asks can take without a connection. */
export function sizeFor(query: Buffer): number {
  const options = read(query)?.additionals?.find(({ type }) => type === 'OPT') as
    | { udpPayloadSize?: number }
    | undefined;
  return Math.max(512, options?.udpPayloadSize ?? 0);
}

function read(query: Buffer): (Packet & { opcode?: string }) | undefined {
  try {
    const packet = decode(query);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    return undefined;
  }
}

function isOurs(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

async function followed(
  answers: readonly ClusterRecord[],
  { question, asked, names, forward }: AnswerParts & { readonly question: Question; readonly asked: Packet },
): Promise<Answer[]> {
  const [alias] = answers;
  if (alias?.type !== 'CNAME') return [];
  const query = encode({
    type: 'query',
    id: asked.id ?? 0,
    flags: RECURSION_DESIRED,
    questions: [{ ...question, name: alias.data }],
  });
  const answer = await answerTo(query, { names, forward });
  return answer === undefined ? [] : [...(readAnswer(answer)?.answers ?? [])];
}

function readAnswer(answer: Buffer): Packet | undefined {
  try {
    return decode(answer);
  } catch {
    return undefined;
  }
}

function resourceRecord(record: ClusterRecord, question?: Question): Answer {
  // As it was asked for: some compare the letters.
  const name = question?.name ?? record.name;
  if (record.type !== 'SRV') return { type: record.type, name, ttl: DNS_TTL, data: record.data };
  return { type: 'SRV', name, ttl: DNS_TTL, data: { ...record.data, priority: 0, weight: 100 } };
}

function reply(
  asked: Packet,
  given: {
    readonly code?: number;
    readonly answers?: Answer[];
    readonly additionals?: Answer[];
    readonly domain?: string;
  },
): Buffer {
  const { code = 0, answers = [], additionals = [], domain } = given;
  const authority: Answer[] =
    answers.length > 0 || domain === undefined
      ? []
      : [
          {
            type: 'SOA',
            name: domain,
            ttl: DNS_TTL,
            data: {
              mname: `ns.dns.${domain}`,
              rname: `hostmaster.${domain}`,
              serial: 1,
              refresh: 7200,
              retry: 1800,
              expire: 86_400,
              minimum: DNS_TTL,
            },
          },
        ];
  const options = (asked.additionals ?? []).filter(({ type }) => type === 'OPT');
  return encode({
    type: 'response',
    id: asked.id ?? 0,
    flags:
      code |
      RECURSION_AVAILABLE |
      (domain === undefined ? 0 : AUTHORITATIVE_ANSWER) |
      ((asked.flags ?? 0) & RECURSION_DESIRED),
    questions: asked.questions ?? [],
    answers,
    authorities: authority,
    additionals: [...additionals, ...options],
  });
}
