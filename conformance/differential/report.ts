/** What the tool prints: each unexplained difference, then the sums. */
import type { Case, Json } from './case.ts';
import type { Difference } from './compare.ts';
import type { Finding } from './explained.ts';

export type ReportForm = 'text' | 'summary' | 'json';

/** Longer values are cut in the text report. */
const SHOWN_CHARACTERS = 600;

export class Report {
  readonly #form: ReportForm;
  readonly #unexplained: Difference[] = [];
  #cases = 0;
  #requests = 0;
  #explained = 0;

  constructor(options: { readonly form: ReportForm }) {
    this.#form = options.form;
  }

  add({ name, independent, replay }: Case, requests: number, findings: readonly Finding[]): void {
    this.#cases++;
    this.#requests += requests;
    const unexplained = findings
      .filter(({ explanation }) => explanation === undefined)
      .map(({ difference }) => difference);
    this.#explained += findings.length - unexplained.length;
    this.#unexplained.push(...unexplained);
    if (this.#form !== 'text' || unexplained.length === 0) return;
    console.log(`\n${name}`);
    let step = '';
    for (const difference of unexplained) {
      if (difference.step !== step) {
        ({ step } = difference);
        console.log(`  ${step}: ${difference.request}`);
        if (replay !== undefined && independent?.some((one) => one.name === step)) {
          console.log(`    again: ${replay({ name: step })}`);
        }
      }
      console.log(
        `    ${difference.path}\n      left:  ${show(difference.left)}\n      right: ${show(difference.right)}`,
      );
    }
  }

  /** The most frequent first, each with one of its cases. */
  #printPaths(): void {
    const byPath = Object.groupBy(this.#unexplained, ({ path }) => path.replace(/\[\d+\]/g, '[]'));
    const counted = Object.entries(byPath).map(([path, found = []]) => ({
      path,
      count: found.length,
      first: found[0],
    }));
    for (const { path, count, first } of counted.sort((a, b) => b.count - a.count)) {
      console.log(`${String(count).padStart(6)}  ${path}  (${first?.case} / ${first?.step})`);
    }
  }

  /** True if nothing is unexplained. */
  finish(): boolean {
    const sums = {
      cases: this.#cases,
      requests: this.#requests,
      explained: this.#explained,
      unexplained: this.#unexplained.length,
      casesWithDifferences: new Set(this.#unexplained.map((difference) => difference.case)).size,
    };
    if (this.#form === 'json') console.log(JSON.stringify({ ...sums, differences: this.#unexplained }, null, 2));
    else {
      if (this.#form === 'summary') this.#printPaths();
      console.log(
        `\n${sums.requests} requests in ${sums.cases} cases: ${sums.unexplained} unexplained differences in ` +
          `${sums.casesWithDifferences} cases, ${sums.explained} explained`,
      );
    }
    return this.#unexplained.length === 0;
  }
}

function show(value: Json | undefined): string {
  const text = value === undefined ? '(absent)' : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
