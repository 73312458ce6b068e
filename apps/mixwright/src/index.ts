/** The API in Node: everything of `api.ts`, and work on files and folders over threads. */
export * from './api.ts'
export { compareFiles, type CompareFilesOptions, type CompareFilesResult, gatherAnswers } from './node/compare.ts'
export { fitFiles, type FitFilesOptions, type FitFilesResult } from './node/fit.ts'
export { estimateFiles, type EstimateFileOptions, type EstimateFileResult } from './node/estimate.ts'
export {
  type AlbumFileOptions,
  type AlbumFileResult,
  masterAlbumFiles,
  type MasterFileOptions,
  type MasterFileResult,
  masterFile
} from './node/master.ts'
export { type MixFolderOptions, type MixFolderResult, mixFolder } from './node/mix.ts'
export { type DawFormat, dawFormats } from './node/daw.ts'
export { type RenderedDaw, renderDaw } from './node/daw-render.ts'
export { exportSession, type ExportOptions, type ExportResult } from './node/export.ts'
export { measureFile } from './node/measure.ts'
export { reviseSession, type ReviseOptions, type ReviseResult } from './node/revise.ts'
export { transferFile, type TransferFileOptions, type TransferFileResult } from './node/transfer.ts'
export { transferStems, type TransferStemsOptions, type TransferStemsResult } from './node/transfer-stems.ts'
export { renderFiles, type RenderFilesOptions } from './node/render.ts'
