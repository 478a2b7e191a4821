/** Changes pushed by the control plane: each one makes the answers that it concerns stale. */
import { type Change, changeSchema } from "@slipway/contracts/api/deployment";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { apiPath } from "./api.ts";
import { refreshVersions } from "./models.ts";

/** Bursts of changes (a step's output) are read once. */
const GATHER_MS = 250;

let connected = false;
const listeners = new Set<() => void>();

/** Whether changes are being pushed; while they are not, pages poll. */
export function useLive(): boolean {
  return useSyncExternalStore(subscribe, () => connected);
}

/** Keeps the stream of changes open as long as the component is there. The browser reconnects by itself. */
export function useLiveUpdates(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const gathered = new Map<string, Change>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource(apiPath`/events`);
    source.onopen = () => {
      setConnected(true);
      // What changed while nobody listened is read now.
      void queryClient.invalidateQueries({ queryKey: ["deployments"] });
      void queryClient.invalidateQueries({ queryKey: ["deployment"] });
      void queryClient.invalidateQueries({ queryKey: ["benchmark"] });
    };
    source.onerror = () => setConnected(false);
    source.onmessage = (message: MessageEvent<string>) => {
      const change = parseChange(message.data);
      if (change === null) return;
      gathered.set(JSON.stringify({ ...change, kind: change.kind === "benchmark" }), change);
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const each of gathered.values()) applyChange(queryClient, each);
        gathered.clear();
      }, GATHER_MS);
    };
    return () => {
      clearTimeout(timer);
      source.close();
      setConnected(false);
    };
  }, [queryClient]);
}

function applyChange(queryClient: QueryClient, change: Change): void {
  if (change.kind === "benchmark") {
    const { group, model, version } = change;
    void queryClient.invalidateQueries({ queryKey: ["benchmark", group, model, version] });
    refreshVersions(queryClient, group, model);
    return;
  }
  if (change.kind === "registry") {
    const { group, model } = change;
    void queryClient.invalidateQueries({ queryKey: ["models", group] });
    for (const what of ["model", "version"])
      void queryClient.invalidateQueries({ queryKey: [what, group, model] });
    for (const name of [model, null]) refreshVersions(queryClient, group, name);
    return;
  }
  void queryClient.invalidateQueries({ queryKey: ["deployments", change.group] });
  // What a group uses of its quotas may be another amount now.
  void queryClient.invalidateQueries({ queryKey: ["groups", change.group] });
  if (change.kind === "changed") {
    void queryClient.invalidateQueries({ queryKey: ["deployment", change.group, change.deployment] });
  }
}

function parseChange(text: string): Change | null {
  try {
    const parsed = changeSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function setConnected(next: boolean): void {
  if (connected === next) return;
  connected = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
