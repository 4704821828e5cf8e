import { describe, test } from "vitest";
import { memoryStores } from "../../src/stores.ts";
import { storeConformance } from "../../src/testing.ts";

storeConformance(
  { describe, test },
  { name: "memory", open: async () => ({ stores: memoryStores() }) },
);
