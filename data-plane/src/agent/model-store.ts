/**
 * The versions' files, addressed by their content: `models/<digest>/{model/, manifest.json}`, and `index.json` from a
 * version to its digest. Revisions share them; the oldest that nobody is assigned go when the store outgrows its bound.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ModelSource } from "@slipway/contracts/assignment";
import { z } from "zod";
import { writeFileAtomically } from "./atomic-file.ts";
import { Failure } from "./failure.ts";
import {
  type Fetched,
  type ModelFacts,
  type ModelFile,
  modelFactsSchema,
  modelFileSchema,
} from "./fetch-model.ts";
import { sourceKey } from "./model-source.ts";
import { type Progress, SharedJobs } from "./shared-jobs.ts";

export interface StoredModel {
  digest: string;
  /** Holds `MLmodel`. */
  folder: string;
  facts: ModelFacts;
  bytes: number;
  /** True when nothing had to be downloaded. */
  cached: boolean;
}

const manifestSchema = z.object({ files: z.array(modelFileSchema), facts: modelFactsSchema });
const indexSchema = z.record(z.string(), z.object({ digest: z.string(), usedAt: z.number() }));
type Index = z.infer<typeof indexSchema>;

export interface ModelStoreOptions {
  folder: string;
  bytesMax: number;
  fetch: (source: ModelSource, into: string, progress: Progress) => Promise<Fetched>;
  /** The keys of the versions that are assigned: they are never evicted. */
  assignedKeys: () => ReadonlySet<string>;
}

export class ModelStore {
  readonly #options: ModelStoreOptions;
  readonly #jobs = new SharedJobs<StoredModel>();
  #index: Index = {};
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ModelStoreOptions) {
    this.#options = options;
  }

  /** Reads the index and removes half downloads of an earlier process. */
  async open(): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o755 });
    await rm(join(this.#options.folder, "incoming"), { recursive: true, force: true });
    this.#index = await readIndex(this.#indexPath);
  }

  /** The version's files, downloaded unless they are here. */
  ensure(source: ModelSource, progress: Progress): Promise<StoredModel> {
    const key = sourceKey(source);
    return this.#jobs.run(key, progress, async (tell) => {
      const known = this.#index[key];
      const stored = known && (await this.#intact(known.digest));
      const model = stored ? { ...stored, cached: true } : await this.#download(source, tell);
      this.#index[key] = { digest: model.digest, usedAt: Date.now() };
      await this.#saveIndex();
      if (!model.cached) await this.#evict(model.digest);
      return model;
    });
  }

  async #download(source: ModelSource, progress: Progress): Promise<StoredModel> {
    const incoming = join(this.#options.folder, "incoming");
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const temporary = await mkdtemp(join(incoming, "model-"));
    try {
      const into = join(temporary, "download");
      await mkdir(into);
      const { path, files, facts } = await this.#options.fetch(source, into, progress);
      const digest = digestOf(files);
      const staged = join(temporary, "staged");
      await mkdir(staged, { mode: 0o755 });
      await rename(path, join(staged, "model"));
      await chmod(join(staged, "model"), 0o755);
      await writeFileAtomically(join(staged, "manifest.json"), JSON.stringify({ files, facts }));
      const folder = join(this.#options.folder, digest);
      // What is there under this digest but did not pass as intact is replaced.
      if ((await this.#intact(digest)) === undefined) {
        await rm(folder, { recursive: true, force: true });
        await rename(staged, folder);
      }
      return { digest, folder: join(folder, "model"), facts, bytes: bytesOf(files), cached: false };
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** The stored model when every file of its manifest is there in its full size. */
  async #intact(digest: string): Promise<Omit<StoredModel, "cached"> | undefined> {
    const base = join(this.#options.folder, digest);
    if (!existsSync(join(base, "manifest.json"))) return undefined;
    const { files, facts } = manifestSchema.parse(
      JSON.parse(await readFile(join(base, "manifest.json"), "utf8")),
    );
    const folder = join(base, "model");
    for (const file of files) {
      const found = await stat(join(folder, file.path)).catch(() => undefined);
      if (found?.size !== file.bytes) return undefined;
    }
    return { digest, folder, facts, bytes: bytesOf(files) };
  }

  async #evict(newest: string): Promise<void> {
    const assigned = this.#options.assignedKeys();
    const kept = new Set([newest]);
    for (const [key, { digest }] of Object.entries(this.#index)) if (assigned.has(key)) kept.add(digest);
    const byAge = Object.entries(this.#index).sort(([, a], [, b]) => b.usedAt - a.usedAt);
    const sizes = new Map<string, number>();
    for (const [, { digest }] of byAge) {
      if (!sizes.has(digest)) sizes.set(digest, (await this.#intact(digest))?.bytes ?? 0);
    }
    let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const digest of [...sizes.keys()].reverse()) {
      if (total <= this.#options.bytesMax) break;
      if (kept.has(digest)) continue;
      total -= sizes.get(digest) ?? 0;
      for (const [key, entry] of byAge) if (entry.digest === digest) delete this.#index[key];
      await this.#saveIndex();
      await rm(join(this.#options.folder, digest), { recursive: true, force: true });
    }
  }

  get #indexPath(): string {
    return join(this.#options.folder, "index.json");
  }

  #saveIndex(): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => writeFileAtomically(this.#indexPath, JSON.stringify(this.#index)));
    return this.#writing;
  }
}

/** The content address of a set of files. */
function digestOf(files: readonly ModelFile[]): string {
  const lines = files.map(({ path, bytes, sha256 }) => JSON.stringify([path, bytes, sha256])).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 40);
}

function bytesOf(files: readonly ModelFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

async function readIndex(path: string): Promise<Index> {
  if (!existsSync(path)) return {};
  const parsed = indexSchema.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Failure("InternalError", `${path} cannot be read. Delete it; models are then downloaded again.`);
}
