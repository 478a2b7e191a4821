import { useEffect, useState } from "react";

const TICK_MS = 1_000;

/** The time in milliseconds, anew each second, for what counts up or down. */
export function useNowMs(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
