import type { DemoProvider } from "@tenantry/emulators";

/** Ends the app and the emulator beside it on Ctrl+C, and says so when the emulator ends alone. */
export function stopTogether(closeApp: () => unknown, demo: DemoProvider | null): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    void closeApp();
    await demo?.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  demo?.process.once("exit", () => {
    // Ctrl+C reaches both processes at once, and the other may be faster.
    setTimeout(() => stopping || console.log(EMULATOR_GONE), 200);
  });
}

const EMULATOR_GONE =
  "The emulator has stopped. Whoever is signed in goes on working; nobody new can sign in.";
