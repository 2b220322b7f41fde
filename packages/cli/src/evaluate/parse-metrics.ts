import { type MetricName, metricNames } from '@diffgan/fid';
import { UsageError } from '@diffgan/runs/errors';

/** The names in a list with commas. */
export function parseMetrics(text: string): MetricName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(metricNames as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--metrics has '${unknown}'; known are ${metricNames.join(', ')}, separated by commas`);
  return names as MetricName[];
}
