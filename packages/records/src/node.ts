/**
 * The files of a training run: metrics, events of TensorBoard, pictures, the report page.
 *
 * @module @diffgan/records/node
 */
export { RecordsWriteError } from './records-write-error.ts';
export { runPictures } from './run-pictures.ts';
export { readRecords, type RunRecords, runRecords, type RunRecordsOptions } from './run-records.ts';
export { recordSections, runReport, type RunReportParts, type RunTiming } from './run-report.ts';
export { TensorboardWriter } from './tensorboard-writer.ts';
