/** apiserver_request_total and apiserver_request_duration_seconds, kept as plain numbers: a label lookup per request costs too much. */
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import { Histogram } from './histogram.ts';

/** Upper bounds in seconds; source: upstream's buckets, thinned. */
const buckets = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 4, 6, 10, 30, 60];
/** Distinct label sets kept; beyond it requests are counted under "other". */
const maxSeries = 4096;

interface Series {
  readonly labels: string;
  readonly codes: Map<number, number>;
  readonly durations: Histogram;
}

export interface Observation {
  readonly code: number;
  readonly seconds: number;
  readonly longRunning: boolean;
}

export class RequestMetrics {
  readonly #series = new Map<string, Map<string, Series>>();
  #size = 0;

  observe(info: RequestInfo, { code, seconds, longRunning }: Observation): void {
    const series = this.#find(info);
    series.codes.set(code, (series.codes.get(code) ?? 0) + 1);
    if (!longRunning) series.durations.observe(seconds);
  }

  /** The Prometheus text of both metrics. */
  render(): string {
    const totals: string[] = ['# TYPE apiserver_request_total counter'];
    const durations: string[] = ['# TYPE apiserver_request_duration_seconds histogram'];
    for (const byVerb of this.#series.values()) {
      for (const series of byVerb.values()) {
        for (const [code, count] of series.codes)
          totals.push(`apiserver_request_total{code="${code}",${series.labels}} ${count}`);
        durations.push(...series.durations.lines('apiserver_request_duration_seconds', series.labels));
      }
    }
    return `${totals.join('\n')}\n${durations.join('\n')}\n`;
  }

  #find(info: RequestInfo): Series {
    const place = info.isResourceRequest
      ? `${info.group}/${info.version}/${info.resource}/${info.subresource}/${info.namespace === '' ? 'c' : 'n'}`
      : 'path';
    let byVerb = this.#series.get(place);
    if (byVerb === undefined) {
      if (this.#size >= maxSeries) return this.#other();
      byVerb = new Map();
      this.#series.set(place, byVerb);
    }
    let series = byVerb.get(info.verb);
    if (series === undefined) {
      series = newSeries(labelsOf(info));
      byVerb.set(info.verb, series);
      this.#size++;
    }
    return series;
  }

  #other(): Series {
    const known = this.#series.get('other');
    const found = known?.get('');
    if (found !== undefined) return found;
    const series = newSeries('verb="other",group="",version="",resource="",subresource="",scope=""');
    this.#series.set('other', new Map([['', series]]));
    return series;
  }
}

function newSeries(labels: string): Series {
  return { labels, codes: new Map(), durations: new Histogram(buckets) };
}

function labelsOf(info: RequestInfo): string {
  const scope = !info.isResourceRequest
    ? ''
    : info.namespace === ''
      ? 'cluster'
      : info.name === ''
        ? 'namespace'
        : 'resource';
  const clean = (text: string) => text.replace(/["\\\n]/g, '_').slice(0, 64);
  return `verb="${info.verb.toUpperCase()}",group="${clean(info.group)}",version="${clean(info.version)}",resource="${clean(info.resource)}",subresource="${clean(info.subresource)}",scope="${scope}"`;
}
