/** One of several threads that `pnpm conformance:mutants` shares its work among. */
import { parentPort, workerData } from "node:worker_threads";
import { ADAPTER_MUTANTS } from "../../packages/conformance/src/mutants.ts";
import { shippedTargets } from "./targets.ts";
import { tryMutant } from "./try-mutant.ts";

const { vendors }: { readonly vendors: readonly string[] } = workerData;
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker");

// What follows a standard comes first: there a defect breaks least besides itself.
const ORDER = ["oidc", "workos", "stytch", "clerk"];
const place = (vendor: string) => ORDER.indexOf(vendor);
const targets = (await shippedTargets(vendors)).toSorted(
  (a, b) => place(a.target.vendor) - place(b.target.vendor),
);

port.on("message", (id: string) => {
  const mutant = ADAPTER_MUTANTS.find((one) => one.id === id);
  if (mutant === undefined) throw new Error(`there is no mutant ${id}`);
  tryMutant(mutant, targets, { everywhere: vendors.length > 0 })
    .then((tried) => port.postMessage(tried))
    .catch((error: unknown) => {
      // Ends the thread, and the run with it: the target is broken.
      queueMicrotask(() => {
        throw error;
      });
    });
});
