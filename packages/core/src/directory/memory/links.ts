import type { LinkStore } from "../ports.ts";
import type { Link } from "../records.ts";
import { compositeKey } from "./composite-key.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { page } from "./page.ts";

/** Links in the memory of one process. */
export function memoryLinks(): LinkStore {
  const byKey = new Map<string, Link>();
  const keysByLocal = new Map<string, Set<string>>();

  function write(key: string, link: Link | null): void {
    const old = byKey.get(key);
    if (old !== undefined) keysByLocal.get(localKey(old.kind, old.local))?.delete(key);
    if (link === null) {
      byKey.delete(key);
      return;
    }
    byKey.set(key, frozenCopy(link));
    const local = localKey(link.kind, link.local);
    keysByLocal.set(local, (keysByLocal.get(local) ?? new Set()).add(key));
  }

  return {
    async find(key) {
      return byKey.get(externalKey(key)) ?? null;
    },
    async add(link) {
      const key = externalKey(link);
      if (!byKey.has(key)) write(key, link);
      return byKey.get(key) ?? link;
    },
    async set(key, link) {
      const { instance, issuer, kind, external } = key;
      write(externalKey(key), link && { ...link, instance, issuer, kind, external });
    },
    async listByLocal(kind, local) {
      const keys = [...(keysByLocal.get(localKey(kind, local)) ?? [])];
      return keys.flatMap((key) => byKey.get(key) ?? []);
    },
    async listBySource({ instance, issuer, kind }, options) {
      const found = [...byKey.values()].filter(
        (link) => link.instance === instance && link.issuer === issuer && link.kind === kind,
      );
      return page(found, { position: (link) => link.external }, options);
    },
  };
}

function externalKey(key: Pick<Link, "instance" | "issuer" | "kind" | "external">): string {
  return compositeKey(key.instance, key.issuer, key.kind, key.external);
}

function localKey(kind: Link["kind"], local: string): string {
  return compositeKey(kind, local);
}
