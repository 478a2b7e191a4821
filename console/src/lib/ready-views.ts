/** Views that nobody has to save: questions that every registry is asked. */
import { quoted } from "./filter-completion.ts";
import type { ShownView } from "./shown-view.ts";
import { type ColumnChoice, columnKey, type Sort, toggleColumn } from "./table-view.ts";

export interface ReadyView {
  name: string;
  view: ShownView;
}

interface Keys {
  metrics: string[];
  tags: string[];
}

const LESS_IS_BETTER = /loss|err|rmse|mae|mse|mape|perplexity|latency|duration/i;
/** What tells a model's quality as a rule, the most usual first. */
const USUAL = [/accuracy/i, /auc/i, /f1/i, /r2/i, /score/i, LESS_IS_BETTER];
const METRICS_MAX = 2;
const TAGS_MAX = 2;

/** In which direction a metric is better, and whether its name tells that. */
function bestFirst(metric: string): Sort & { isKnown: boolean } {
  const isLess = LESS_IS_BETTER.test(metric);
  return {
    key: columnKey({ kind: "metrics", name: metric }),
    descending: !isLess,
    isKnown: USUAL.some((usual) => usual.test(metric)),
  };
}

/** The metrics that people ask for first, one of a kind; `accuracy` rather than `train_accuracy`. */
function mainMetrics(metrics: string[]): string[] {
  const shortest = metrics.toSorted((a, b) => a.length - b.length);
  const usual = USUAL.flatMap((kind) => shortest.find((metric) => kind.test(metric)) ?? []);
  return [...new Set([...usual, ...metrics])].slice(0, usual.length === 0 ? 1 : METRICS_MAX);
}

/**
 * What `Best of each model` makes of a view: sorted by a metric, the first chosen one or else the most usual. Without any metric
 * the order stays, and the first of each model is what it puts first.
 */
export function bestOfEach({ metrics }: Keys, { chosen, sort }: ShownView): Partial<ShownView> {
  if (/^(?:metrics|benchmark)\./.test(sort.key)) return { firstOfEach: true };
  const metric = chosen.find(({ kind }) => kind === "metrics")?.name ?? mainMetrics(metrics)[0];
  if (metric === undefined) return { firstOfEach: true };
  const { key, descending } = bestFirst(metric);
  return {
    chosen: withColumn(chosen, { kind: "metrics", name: metric }),
    sort: { key, descending },
    firstOfEach: true,
  };
}

/** Adds a column where it is not chosen yet. */
function withColumn(chosen: ColumnChoice[], column: ColumnChoice): ColumnChoice[] {
  const isChosen = chosen.some((each) => columnKey(each) === columnKey(column));
  return isChosen ? chosen : toggleColumn(chosen, column);
}

/** The views of a model's versions, or of all models'; each keeps the columns that are chosen already. */
export function readyViews(
  { metrics, tags }: Keys,
  { ofAllModels, chosen }: { ofAllModels: boolean; chosen: ColumnChoice[] },
): ReadyView[] {
  const newest: Sort = { key: ofAllModels ? "registeredAt" : "version", descending: true };
  const plain = { chosen, sort: newest, filter: "", firstOfEach: false };
  return [
    { name: "Newest first", view: plain },
    { name: "What is deployed", view: { ...plain, filter: "deployedBy is not null" } },
    ...mainMetrics(metrics).map((metric) => {
      const { isKnown, ...sort } = bestFirst(metric);
      const columns = withColumn(chosen, { kind: "metrics", name: metric });
      return {
        name: `${isKnown ? "Best" : "Highest"} ${metric}${ofAllModels ? " of each model" : ""}`,
        view: {
          ...plain,
          ...{ chosen: columns, sort, firstOfEach: ofAllModels },
          filter: `metrics.${quoted(metric)} is not null`,
        },
      };
    }),
    { name: "With an alias", view: { ...plain, filter: "aliases is not null" } },
    ...tags.slice(0, TAGS_MAX).map((tag) => ({
      name: `With tag ${tag}`,
      view: {
        ...plain,
        chosen: withColumn(chosen, { kind: "tags", name: tag }),
        filter: `tags.${quoted(tag)} is not null`,
      },
    })),
  ];
}
