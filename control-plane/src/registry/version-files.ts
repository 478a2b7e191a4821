/** What a version's files say of it: MLmodel, requirements.txt, python_env.yaml, input example; read through MLflow. */
import type { ModelVersionDetail, Signature } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import { parseMlflowJson } from "@slipway/contracts/mlflow-json";
import { parseSignature, rawSignatureSchema } from "@slipway/contracts/mlflow-signature";
import { LRUCache } from "lru-cache";
import {
  type ExampleFacts,
  exampleFactsSchema,
  exampleFromSignature,
  type InputExample,
  shortened,
  toScoringBody,
} from "./input-example.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import {
  type Mlmodel,
  MODEL_FILE_BYTES_MAX,
  notWhatMlflowWrites,
  parseMlmodel,
  pythonOfEnv,
} from "./model-files.ts";

const KEEP_MS = 10 * 60_000;
/** With a warning inside, what was read is soon read again. */
const KEEP_DOUBTFUL_MS = 5_000;

type Contents = Pick<
  ModelVersionDetail,
  | "signature"
  | "inputExample"
  | "flavors"
  | "requirements"
  | "pythonVersion"
  | "mlflowVersion"
  | "sizeBytes"
  | "warnings"
>;

export interface VersionFiles {
  /** Never throws for a file that cannot be read: that becomes a warning. */
  contents(version: MlflowVersion): Promise<Contents>;
}

/** Reads the files of one MLflow's versions and remembers them; a version's files do not change. */
export function createVersionFiles(reads: MlflowReads): VersionFiles {
  const known = new LRUCache<string, Promise<Contents>>({ max: 300 });
  return {
    contents(version) {
      const key = JSON.stringify([version.name, version.version, version.creation_timestamp, version.source]);
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const reading = readContents(reads, version);
      known.set(key, reading, { ttl: KEEP_MS });
      reading.then(
        ({ warnings }) => {
          if (warnings.length > 0) known.set(key, reading, { ttl: KEEP_DOUBTFUL_MS });
        },
        () => known.delete(key),
      );
      return reading;
    },
  };
}

async function readContents(reads: MlflowReads, version: MlflowVersion): Promise<Contents> {
  const warnings: string[] = [];
  const read = fileReader(reads, version, warnings);
  const [mlmodelText, requirements] = await Promise.all([
    read("MLmodel", true),
    read("requirements.txt", false),
  ]);
  const mlmodel = orWarn("MLmodel", warnings, () => parseMlmodel(mlmodelText ?? "{}")) ?? parseMlmodel("{}");
  const signature = readSignature(mlmodel, warnings);
  const example = readExampleFacts(mlmodel, warnings);
  const [inputExample, pythonVersion] = await Promise.all([
    example === null ? null : readExample(read, example, warnings),
    pythonVersionOf(mlmodel, read, warnings),
  ]);
  return {
    signature,
    inputExample: inputExample ?? (signature === null ? null : exampleFromSignature(signature)),
    flavors: flavorsOf(mlmodel),
    requirements: requirementLines(requirements ?? ""),
    pythonVersion,
    mlflowVersion: mlmodel.mlflow_version ?? null,
    sizeBytes: mlmodel.model_size_bytes ?? null,
    warnings,
  };
}

type Read = (path: string, expected: boolean) => Promise<string | null>;

/** Reads a file as text; null without it. A missing file that was expected, and any failure, adds a warning. */
function fileReader(reads: MlflowReads, { name, version }: MlflowVersion, warnings: string[]): Read {
  return async (path, expected) => {
    try {
      const content = await reads.versionFile({ name, version, path, bytesMax: MODEL_FILE_BYTES_MAX });
      if (content === null) warnings.push(`${path} is larger than 2 MB and was not read.`);
      return content?.toString("utf8") ?? null;
    } catch (error) {
      const known = AppError.from(error);
      if (known.code === "internal") throw error;
      if (expected || known.code !== "not_found")
        warnings.push(`${path} could not be read: ${known.message}`);
      return null;
    }
  };
}

/** What is not as MLflow writes it becomes a warning, and null. */
function orWarn<Content>(what: string, warnings: string[], parse: () => Content): Content | null {
  try {
    return parse();
  } catch (error) {
    warnings.push(notWhatMlflowWrites(what, error));
    return null;
  }
}

function readSignature({ signature }: Mlmodel, warnings: string[]): Signature | null {
  if (signature === null || signature === undefined) return null;
  return orWarn("The signature in MLmodel", warnings, () =>
    parseSignature(rawSignatureSchema.parse(signature)),
  );
}

function readExampleFacts({ saved_input_example_info: info }: Mlmodel, warnings: string[]) {
  if (info === null || info === undefined) return null;
  return orWarn("What MLmodel says of the input example", warnings, () => exampleFactsSchema.parse(info));
}

async function readExample(
  read: Read,
  facts: ExampleFacts,
  warnings: string[],
): Promise<InputExample | null> {
  if (facts.serving_input_path) {
    const text = await read(facts.serving_input_path, true);
    return text === null ? null : parseExample(text, (content) => content, warnings);
  }
  const text = await read(facts.artifact_path, true);
  return text === null ? null : parseExample(text, (content) => toScoringBody(facts, content), warnings);
}

function parseExample(
  text: string,
  toBody: (content: unknown) => unknown,
  warnings: string[],
): InputExample | null {
  const body = orWarn("The input example", warnings, () => toBody(parseMlflowJson(text)));
  return body === null ? null : { from: "input example", body: shortened(body) };
}

async function pythonVersionOf(mlmodel: Mlmodel, read: Read, warnings: string[]): Promise<string | null> {
  const stated = mlmodel.flavors.python_function?.python_version;
  if (typeof stated === "string") return stated;
  const text = await read("python_env.yaml", false);
  return text === null ? null : orWarn("python_env.yaml", warnings, () => pythonOfEnv(text));
}

function flavorsOf({ flavors }: Mlmodel): Contents["flavors"] {
  return Object.entries(flavors).map(([name, content]) => {
    const version = content[`${name}_version`] ?? content.version;
    return { name, version: typeof version === "string" ? version : null };
  });
}

function requirementLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
