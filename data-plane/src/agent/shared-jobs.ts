/** Work that is done once however many ask for it at the same time; all who ask see its progress. */

export type Progress = (line: string) => void;

interface Job<Result> {
  result: Promise<Result>;
  lines: string[];
  listeners: Set<Progress>;
}

export class SharedJobs<Result> {
  readonly #jobs = new Map<string, Job<Result>>();

  /** Joins the job of `key`, or begins it; a late joiner first hears what was said before. */
  async run(key: string, progress: Progress, work: (progress: Progress) => Promise<Result>): Promise<Result> {
    const job = this.#jobs.get(key) ?? this.#begin(key, work);
    for (const line of job.lines) progress(line);
    job.listeners.add(progress);
    return job.result;
  }

  #begin(key: string, work: (progress: Progress) => Promise<Result>): Job<Result> {
    const lines: string[] = [];
    const listeners = new Set<Progress>();
    const tell = (line: string) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    };
    const result = work(tell).finally(() => this.#jobs.delete(key));
    const job = { result, lines, listeners };
    this.#jobs.set(key, job);
    return job;
  }
}
