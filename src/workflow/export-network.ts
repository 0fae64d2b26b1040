/**
 * `saddlepoint export`: a run's weights in one file, what is to be proven of them for verifiers, any
 * network as ONNX, a run as a model of a hub, a network as an entry of RobustBench, and a site on which networks are
 * attacked.
 *
 * @module
 */
import { exportHub, type HubFolder } from './export-hub.js';
import { exportOnnx } from './export-onnx.js';
import { exportProperties, type ExportedProperties } from './export-properties.js';
import { isOnnx, requireTargets, type ExportNetworkOptions } from './export-options.js';
import { exportRun, type ExportedFile } from './export-run.js';
import { exportRobustBench, type RobustBenchEntry } from './robustbench/export-robustbench.js';
import { describeSite, exportWeb, type WebSite } from './export-web.js';

export { describeSite, type ExportNetworkOptions };

export interface ExportedNetwork extends Partial<ExportedFile> {
  readonly hub?: HubFolder | undefined;
  readonly robustbench?: RobustBenchEntry | undefined;
  readonly vnnlib?: ExportedProperties | undefined;
  readonly web?: WebSite | undefined;
}

/**
 * Writes ONNX as `exportOnnx` does, or the weights as `exportRun`; with a folder for them the properties as
 * `exportProperties`, a hub's model as `exportHub`, an entry as `exportRobustBench`, a site as `exportWeb`.
 *
 * @throws SaddlepointError ARGUMENT for options of something that is not asked for; as all of these do
 */
export function exportNetwork(path: string, options: ExportNetworkOptions): ExportedNetwork {
  requireTargets(options);
  const { output, hub, license, robustbench, paper, vnnlib, web, beside, ...rest } = options;
  const { epsilon, examples, dataset, data, sample, gradient, size, ...network } = rest;
  const images = { epsilon, examples, dataset, data, sample };
  const properties = vnnlib === undefined ? undefined : exportProperties(path, vnnlib, { ...images, ...network });
  const site = web === undefined ? undefined : exportWeb(path, web, { beside, dataset, data, size, ...network });
  const file =
    output === undefined
      ? {}
      : isOnnx(output)
        ? exportOnnx(path, output, { gradient, size, ...network })
        : exportRun(path, output);
  const written = hub === undefined ? undefined : exportHub(path, hub, license);
  const entry =
    robustbench === undefined ? undefined : exportRobustBench(path, robustbench, { paper, examples, ...network });
  return {
    ...file,
    ...(properties && { vnnlib: properties }),
    ...(written && { hub: written }),
    ...(entry && { robustbench: entry }),
    ...(site && { web: site }),
  };
}
