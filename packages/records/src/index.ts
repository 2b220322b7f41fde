/**
 * What a training run leaves behind: lines of metrics, charts, pages. Files are written by `@diffgan/records/node`.
 *
 * @module @diffgan/records
 */
export { clock } from './clock.ts';
export { type Curve, middleOf, smoothed, thinned } from './curve.ts';
export { duration } from './duration.ts';
export { escapeHtml } from './escape-html.ts';
export {
  htmlGrid,
  htmlList,
  htmlReport,
  htmlTable,
  htmlWarnings,
  inlinePicture,
  type Picture,
  type Section,
} from './html-report.ts';
export { type ChartOptions, lineChart, type Series } from './line-chart.ts';
export { colorOf } from './palette.ts';
export { formatLine, type LineOf, parseLine, type RecordLine } from './record-line.ts';
export { runCurves } from './run-curves.ts';
export { type Point, pointsOf, scatterPlot, type ScatterPlotOptions } from './scatter-plot.ts';
export { settingsRows } from './settings-rows.ts';
export { type TrainingPace, trainingPace } from './training-pace.ts';
export { TrainingProgress } from './training-progress.ts';
