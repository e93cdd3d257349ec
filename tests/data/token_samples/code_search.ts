import { useCallback, useEffect, useMemo, useState } from "react";

export interface SearchResult {
  id: string;
  title: string;
  snippet?: string;
  score: number;
  updatedAt: Date;
}

type Status = "idle" | "loading" | "done" | "failed";

interface Options {
  endpoint: string;
  debounceMs?: number;
  pageSize?: number;
}

const DEFAULTS: Required<Omit<Options, "endpoint">> = { debounceMs: 250, pageSize: 20 };

export function useSearch(query: string, options: Options) {
  const { endpoint, debounceMs, pageSize } = { ...DEFAULTS, ...options };
  const [status, setStatus] = useState<Status>("idle");
  const [results, setResults] = useState<SearchResult[]>([]);
  const [error, setError] = useState<string | null>(null);

  const fetchPage = useCallback(
    async (signal: AbortSignal) => {
      setStatus("loading");
      try {
        const url = `${endpoint}?q=${encodeURIComponent(query)}&limit=${pageSize}`;
        const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
        if (!response.ok) {
          throw new Error(`Search failed: ${response.status} ${response.statusText}`);
        }
        const body = (await response.json()) as { hits: SearchResult[] };
        setResults(body.hits.map((hit) => ({ ...hit, updatedAt: new Date(hit.updatedAt) })));
        setStatus("done");
      } catch (reason) {
        if (signal.aborted) return;
        setError(reason instanceof Error ? reason.message : String(reason));
        setStatus("failed");
      }
    },
    [endpoint, query, pageSize],
  );

  useEffect(() => {
    if (query.trim().length < 3) {
      setResults([]);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => void fetchPage(controller.signal), debounceMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query, debounceMs, fetchPage]);

  const best = useMemo(() => results.filter((r) => r.score > 0.5), [results]);
  return { status, results, best, error };
}
